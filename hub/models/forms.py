from django.db import models


class Submission(models.Model):
    """A form that was sent, by its key: the unique row makes it act once."""

    key = models.CharField(max_length=100, primary_key=True)
    location = models.CharField(max_length=500, blank=True)
    status = models.PositiveSmallIntegerField(default=302)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.key
