"""The steps from an empty database to today's tables, each written once and never changed after its release.

A step says its phase: `pre` is safe while the code before it still runs, `post` needs the new code everywhere. They
only go forward. The sum of the steps equals the metadata; a test says so.
"""
