#ifndef ROUTE_RELAYWORD_H
#define ROUTE_RELAYWORD_H

#include <stddef.h>

/*
 * The address of a relay as conf(5) has it, IP:PORT or [IPv6]:PORT, and as a
 * job has it, NAME/PORT/IP, where the address is the name.
 */
enum { RELAYWORD_MAX = 120 };

/* 0, and out has the latter; -1: it is none */
int relayword(const char *, size_t n, char out[RELAYWORD_MAX]);

#endif
