#!/usr/bin/env python
"""Django's command line, on the servers of this folder when none are named."""

import os
import sys


def main() -> None:
    from hub.embedded import environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    environment.adopt()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
