"""The queue behind the interface of django.tasks: a function marked with its `@task` lands in the same queue.

For applications that come with such tasks; Rapport's own commands put jobs in by name (docs/decisions).
"""
