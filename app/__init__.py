"""Most 桥, lowest package first: core, config, web, audit, files, notifications, accounts,
institutions, courses, attendance, completion, certificates, reports, demo, cli."""
