"""What people see of an audit; it shows findings and never makes one."""
