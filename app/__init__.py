"""Most 桥, from the lowest package to the highest.

core, config, web, audit, files, notifications, accounts, institutions, courses, attendance,
completion, exchanges, certificates, reports, demo, cli.
"""
