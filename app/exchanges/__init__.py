"""Student visits and exchanges: agreements, calls, applications, stays and recognised credits."""
