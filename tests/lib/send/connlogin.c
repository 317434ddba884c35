/*
 * A login in a connection: that it needs TLS, what is said of a refusal, and
 * that this is remembered.  Whole sessions stand in
 * tests/cmd/remote-send-login.t.
 */
#include "send/connlogin.h"
#include "base/exit.h"
#include "send/conntls.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sendconn_share share = {
	.bad = { .first_ms = 60000, .max_ms = 60000, .probe_ms = 60000 }
};
static char name[] = "relay", other[] = "other";
static struct sendsite site = { .login = name };
static struct sendconn conn;
static struct sendtxn txn;

/* a host has its turn */
static int
turn(enum sendtls policy)
{
	conntls_free(&conn);
	connlogin_free(&conn);
	sendhost_free(&conn.host);
	memset(&conn, 0, sizeof conn);
	site.tls = (unsigned char)policy;
	conn.share = &share;
	conn.site = &site;
	conn.lead = &txn;
	conn.fd = -1;
	sendhost_next(&conn.host, "mx.example/25/127.0.0.1", &site, &share.dead,
	    1);
	return conntls_host(&conn);
}

static const char *
why(void)
{
	return conn.host.fail == NULL ? "" : conn.host.fail->text;
}

static void
refuse(const char *text)
{
	struct reply r;

	reply_parse(text, strlen(text), &r);
	connlogin_refused(&conn, &r);
}

static int
without_memory(void)
{
	int st = 0;
	pid_t pid = fork();

	if (pid == 0) {
		close(2);
		connlogin_broken(&conn, scramout_no_memory);
		_exit(0);
	}
	waitpid(pid, &st, 0);
	return WEXITSTATUS(st);
}

int
main(void)
{
	is_num(turn(SENDTLS_NONE), -1, "none: nobody is connected");
	is_str(why(), "login: only where TLS is verified, and it is none",
	    "why");
	is_num(turn(SENDTLS_MAY), -1, "nor under may");
	is_num(turn(SENDTLS_MUST), -1, "nor under must");
	is_num(turn(SENDTLS_STS), 0, "under sts he is");
	ok(conn.s.login && conn.s.tls, "and asked for TLS and a login");
	is_num(connlogin_begin(&conn), -1, "before TLS nothing is said");
	is_str(why(), "login: there is no TLS", "why");
	conn.s.secured = 1;
	is_num(connlogin_begin(&conn), -1, "nor without a file");
	is_str(why(), "login: relay: there is no -L", "why");
	is_num(turn(SENDTLS_STS), 0, "our fault is not remembered");
	refuse("535 5.7.8 no\r\n");
	is_str(conn.host.fail->class, "auth", "refused: class");
	is_str(conn.host.fail->esc, "4.7.8", "never for good");
	is_num(conn.host.fail->code, 535, "as it was said");
	is_num(turn(SENDTLS_STS), -1, "that is remembered");
	is_str(why(), "login: remembered: 535 5.7.8 no", "and said");
	is_str(conn.host.fail->class, "auth", "class");
	ok(conn.host.fail->tls == NULL, "nothing of TLS");
	site.login = other;
	is_num(turn(SENDTLS_STS), 0, "not for another login");
	connlogin_broken(&conn, "it is mad");
	is_str(why(), "login: it is mad", "one that is none");
	is_num(turn(SENDTLS_STS), -1, "is remembered, too");
	is_num(without_memory(), EXIT_TEMP, "our want of memory is the end");
	site.login = NULL;
	is_num(turn(SENDTLS_STS), 0, "who wants none is connected");
	ok(!conn.s.login, "and says none");
	conntls_free(&conn);
	sendhost_free(&conn.host);
	deadhost_free(&share.bad);
	return done();
}
