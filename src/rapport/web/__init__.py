"""The pages that people see: a module and templates per area."""
