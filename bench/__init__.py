"""What pages, writes, certificates and growth cost, as multiples of a bare Flask "hello".

Ratios of one run only: the hello is measured between the pages, on the same server with the same
options, so that a busy or slow machine changes both; of several rounds the cheapest counts, since
other work on the machine only ever adds. CPU is user and system time of the server's
whole process tree.
"""
