from django.db import models


class Entry(models.Model):
    title = models.CharField(max_length=200)
    summary = models.TextField()
    author = models.CharField(max_length=100)
    place = models.CharField(max_length=100)
    published_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.title
