"""What do drive tests, walk tests and crowds of telephones report: where, how strong, of whom?"""

from infraplan.sources.drive_tests.carriers import channel
from infraplan.sources.drive_tests.columns import FIELDS, field_of_name, plain_name
from infraplan.sources.drive_tests.read import Samples, read_samples

__all__ = ["FIELDS", "Samples", "channel", "field_of_name", "plain_name", "read_samples"]
