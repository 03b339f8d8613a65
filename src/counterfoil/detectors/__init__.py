"""The five detectors, one folder for each exception; they read books and a policy, and never a clock or a file."""
