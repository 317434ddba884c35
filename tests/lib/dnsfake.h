#ifndef TESTS_DNSFAKE_H
#define TESTS_DNSFAKE_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A name server on a free port of 127.0.0.1, a process of its own.  Zone
 * test: what stands in the table, more than once for more records; every
 * qN.test has the address 192.0.2.1.  Silent names get no answer.
 */
enum dnsfake {
	DNSFAKE_A,
	DNSFAKE_MX,
	DNSFAKE_NONE,
	DNSFAKE_NO_NAME,
	DNSFAKE_SERVFAIL,
	DNSFAKE_REFUSED,
	DNSFAKE_SILENT
};

struct dnsfake_record {
	const char *name;
	enum dnsfake what;
	const char *data; /* address or host */
	unsigned pref, ttl;
};

static inline size_t
dnsfake_put_name(unsigned char *p, const char *name)
{
	unsigned char *start = p;
	size_t n;

	for (; *name != '\0'; name += n + (name[n] == '.')) {
		n = strcspn(name, ".");
		*p++ = (unsigned char)n;
		memcpy(p, name, n);
		p += n;
	}
	*p++ = 0;
	return p - start;
}

static inline size_t
dnsfake_put_record(unsigned char *p, unsigned type, unsigned ttl,
    const unsigned char *data, size_t n)
{
	unsigned char head[12] = { 0xc0, 12, 0, (unsigned char)type, 0, 1, 0, 0,
		(unsigned char)(ttl >> 8), (unsigned char)ttl, 0,
		(unsigned char)n };

	memcpy(p, head, 12);
	memcpy(p + 12, data, n);
	return 12 + n;
}

/* the name of the question, and its end */
static inline size_t
dnsfake_question(const unsigned char *p, size_t n, char *name)
{
	size_t at = 12, o = 0;

	while (at < n && p[at] != 0 && o + p[at] + 1 < 250) {
		memcpy(name + o, p + at + 1, p[at]);
		o += p[at];
		name[o++] = '.';
		at += p[at] + 1;
	}
	name[o == 0 ? 0 : o - 1] = '\0';
	return at + 5;
}

/* the answer to q in place; its length, 0 for none */
static inline size_t
dnsfake_answer(const void *table, unsigned char *q, size_t n)
{
	const struct dnsfake_record *t = table;
	static const unsigned char soa[] = { 0, 0, 0, 0, 0, 1, 0, 0, 0, 60, 0,
		0, 0, 60, 0, 0, 0, 60, 0, 0, 0, 60 };
	unsigned char d[300];
	char name[256];
	size_t at = dnsfake_question(q, n, name), len;
	unsigned type = q[at - 3], rcode = 3, count = 0, number;

	q[2] |= 0x80;
	q[3] = 0x80;
	for (; t->name != NULL; t++) {
		if (strcasecmp(t->name, name) != 0)
			continue;
		if (t->what == DNSFAKE_SILENT)
			return 0;
		rcode = t->what == DNSFAKE_SERVFAIL ? 2
		    : t->what == DNSFAKE_NO_NAME    ? 3
		    : t->what == DNSFAKE_REFUSED    ? 5
						    : 0;
		if (t->what == DNSFAKE_A && type == 1) {
			inet_pton(AF_INET, t->data, d);
			len = 4;
		} else if (t->what == DNSFAKE_MX && type == 15) {
			d[0] = (unsigned char)(t->pref >> 8);
			d[1] = (unsigned char)t->pref;
			len = 2 + dnsfake_put_name(d + 2, t->data);
		} else {
			continue;
		}
		at += dnsfake_put_record(q + at, type, t->ttl, d, len);
		count++;
	}
	if (sscanf(name, "q%u.test", &number) == 1) {
		rcode = 0;
		if (type == 1) {
			at += dnsfake_put_record(q + at, 1, 300,
			    (const unsigned char *)"\300\0\2\1", 4);
			count++;
		}
	}
	q[3] |= (unsigned char)rcode;
	memset(q + 6, 0, 6);
	q[7] = (unsigned char)count;
	if (count == 0 && rcode != 2 && rcode != 5) {
		at += dnsfake_put_record(q + at, 6, 60, soa, sizeof soa);
		q[9] = 1;
	}
	return at;
}

/* a server whose answers, of up to 4096 bytes, are made by answer() in place */
static inline pid_t
dnsfake_serve(size_t (*answer)(const void *, unsigned char *, size_t),
    const void *arg, char server[32])
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t al = sizeof a;
	unsigned char b[4096];
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	ssize_t n;
	pid_t pid;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, al) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &al) == -1)
		exit(111);
	snprintf(server, 32, "127.0.0.1@%u", ntohs(a.sin_port));
	fflush(stdout);
	pid = fork();
	if (pid != 0) {
		close(fd);
		return pid;
	}
	alarm(60);
	for (;;) {
		al = sizeof a;
		n = recvfrom(fd, b, 512, 0, (struct sockaddr *)&a, &al);
		if (n < 17)
			continue;
		n = answer(arg, b, n);
		if (n > 0)
			sendto(fd, b, n, 0, (struct sockaddr *)&a, al);
	}
}

static inline pid_t
dnsfake_start(const struct dnsfake_record *t, char server[32])
{
	return dnsfake_serve(dnsfake_answer, t, server);
}

#endif
