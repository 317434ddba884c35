/* what is told of a connection, and what is not */
#include "send/conntrace.h"
#include "conntest.h"
#include "logged.h"
#include "send/traceorder.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static struct sendsite site;
static struct traceorders orders = { .file = "/nowhere",
	.looked_ms = INT64_MAX / 2 };

static void
begin(const char *order)
{
	static char name[] = "mx.test\000192.0.2.7\0w", s[] = "s.test";

	memset(&conn, 0, sizeof conn);
	conn.share = &share;
	conn.site = &site;
	site.name = s;
	conn.host.name = name;
	conn.host.ip = name + 8;
	conn.host.port = 25;
	share.orders = &orders;
	traceorder_text(&orders, order, strlen(order));
	conntrace_begin(&conn);
}

/* how often that was told since */
static unsigned
times(const char *what)
{
	const char *p = logged();
	unsigned n = 0;

	while ((p = strstr(p, what)) != NULL) {
		p++;
		n++;
	}
	return n;
}

int
main(void)
{
	char text[CONNTRACE_TEXT + 100];
	struct sendtxn t = { .size = 77 };
	struct authout *auth;
	unsigned i;

	(void)ops;
	(void)told_text;
	t.id = text;
	logged_begin();
	begin("site:other 1\n");
	conntrace_out(&conn, "EHLO a\r\n", 8);
	conntrace_in(&conn, "250 b\r\n", 7);
	conntrace_message(&conn, &t);
	conntrace_note(&conn, "%s%s", "c", "d");
	conntrace_end(&conn);
	is_str(logged(), "", "nobody has ordered it");

	begin("site:s.test 1\n");
	is_num(times("dir:-\ttext:connect to port 25\n"), 1, "where to");
	conntrace_out(&conn, "A\r\nB\r\n", 6);
	conntrace_in(&conn, "250-c\r\n250 d\r\n", 14);
	is_num(times("dir:"), 4, "a line each");
	conntrace_in(&conn, "250 a\tb\\\r\n", 10);
	is_num(times("dir:<\ttext:250 a\\tb\\\\\n"), 1, "escaped");
	strcpy(text, "m1");
	conntrace_message(&conn, &t);
	is_num(times("dir:>\ttext:(message m1, 77 bytes)\n"), 1, "a message");
	auth = authout_new("user", "pass",
	    (const unsigned char *)"eighteen bytes, so");
	conn.s.auth = auth;
	conntrace_out(&conn, "AUTH PLAIN secret\r\n", 19);
	conntrace_in(&conn, "334 secret\r\n", 12);
	is_num(times("secret"), 0, "no login");
	conn.s.auth = NULL;
	authout_free(auth);
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	conntrace_in(&conn, text, strlen(text));
	is_num((long long)strspn(strstr(logged(), "xx"), "x"), CONNTRACE_TEXT,
	    "a line is cut");
	for (i = 0; i < 2 * CONNTRACE_LINES; i++)
		conntrace_out(&conn, "A\r\n", 3);
	is_num(times("the rest is not told"), 1, "so many lines");
	conntrace_end(&conn);
	is_str(logged(), "", "and no more");
	ok(conn.trace == NULL, "it is over");
	return done();
}
