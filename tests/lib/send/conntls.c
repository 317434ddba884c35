/*
 * What follows when there is no TLS, and what is remembered and said of it:
 * send/conntls.  Handshakes stand in tests/cmd/remote-send-tls.t.
 */
#include "send/conntls.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sendconn_share share = {
	.plain = { .first_ms = 60000, .max_ms = 60000, .probe_ms = 60000 }
};
static struct sendsite site;
static struct sendconn conn;
static struct sendtxn txn;

static int events; /* where they go */

/* the last one */
static const char *
said(void)
{
	static char t[4096];
	off_t end = lseek(events, 0, SEEK_END);
	ssize_t n;
	char *lf;

	n = pread(events, t, sizeof t - 1, end > 4000 ? end - 4000 : 0);
	t[n > 0 ? n : 0] = '\0';
	if (n > 0)
		t[n - 1] = '\0';
	lf = strrchr(t, '\n');
	return lf == NULL ? t : lf + 1;
}

/* a host has its turn */
static int
turn(enum sendtls policy)
{
	conntls_free(&conn);
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

static enum conntls_next
none(enum smtpout_phase phase, const char *reply)
{
	struct smtpout_event ev = { .kind = SMTPOUT_NO_TLS, .phase = phase };

	reply_parse(reply, strlen(reply), &ev.reply);
	return conntls_none(&conn, &ev);
}

static void
policies(void)
{
	turn(SENDTLS_NONE);
	ok(conn.tls == NULL && !conn.s.tls, "none has nothing");
	turn(SENDTLS_MAY);
	ok(conn.tls != NULL && conn.s.tls, "may asks for it");
	is_num(none(SMTPOUT_HELO, "250 x\r\n"), CONNTLS_CLEAR,
	    "not offered: in clear");
	is_str(conn.tls->fail, "starttls-not-supported", "why");
	ok(conn.host.fail == NULL, "the host will do");
	turn(SENDTLS_MAY);
	ok(conn.s.tls, "that is not remembered");
	is_num(none(SMTPOUT_STARTTLS, "454 4.7.0 no\r\n"), CONNTLS_CLEAR,
	    "refused: in clear");
	is_str(conn.tls->text, "STARTTLS: 454 4.7.0 no", "in words");
	turn(SENDTLS_MAY);
	ok(!conn.s.tls, "that is");
	is_str(conn.tls->fail, "starttls-not-supported", "why");
	is_str(conn.tls->text, "remembered: STARTTLS: 454 4.7.0 no",
	    "in words");
	turn(SENDTLS_MUST);
	ok(conn.s.tls, "must does not ask for it");
	is_num(none(SMTPOUT_STARTTLS, "454 4.7.0 no\r\n"), CONNTLS_NEXT_HOST,
	    "refused: another host");
	is_str(conn.host.fail->class, "tls", "class");
	is_str(conn.host.fail->esc, "4.7.4", "code");
	is_str(conn.host.fail->tls, "starttls-not-supported", "word");
	is_str(conn.host.fail->text, "TLS is required: STARTTLS: 454 4.7.0 no",
	    "text");
	/* as if it had come up there */
	conn.s.secured = 1;
	conntls_stands(&conn);
	turn(SENDTLS_MAY);
	ok(conn.s.tls, "once it was up it is forgotten");
	is_num(conntls_lost(&conn, "closed"), CONNTLS_AGAIN,
	    "lost: another connection");
	turn(SENDTLS_MAY);
	ok(!conn.s.tls, "which does not ask for it");
	is_str(conn.tls->fail, "validation-failure", "why");
	is_str(conn.tls->text, "remembered: closed", "in words");
	turn(SENDTLS_MUST);
	is_num(conntls_lost(&conn, "closed"), CONNTLS_NEXT_HOST,
	    "must: another host");
	is_str(conn.host.fail->esc, "4.7.5", "code");
	deadhost_free(&share.plain);
}

/* above may: an address that fails a policy is passed over under this one */
static void
bad(void)
{
	share.bad = share.plain;
	share.bad.e = NULL;
	is_num(turn(SENDTLS_MUST), 0, "nothing is known");
	none(SMTPOUT_STARTTLS, "454 4.7.0 no\r\n");
	is_num(turn(SENDTLS_MUST), -1, "refused before");
	is_str(conn.host.fail->class, "tls", "class");
	is_str(conn.host.fail->esc, "4.7.4", "code");
	is_str(conn.host.fail->tls, "starttls-not-supported", "word");
	is_str(conn.host.fail->text,
	    "TLS is required: remembered: STARTTLS: 454 4.7.0 no", "text");
	is_num(turn(SENDTLS_STS), 0, "another policy");
	conntls_lost(&conn, "closed");
	is_num(turn(SENDTLS_STS), -1, "lost before");
	is_str(conn.host.fail->esc, "4.7.5", "code");
	is_num(turn(SENDTLS_MAY), 0, "may is not refused");
	ok(conn.s.tls, "nor does it go in clear for that");
	turn(SENDTLS_NONE);
	ok(conn.tls == NULL, "none has no memory");
	deadhost_free(&share.bad);
	share.bad.first_ms = 0;
}

static void
texts(void)
{
	char reply[SENDTLS_TEXT_MAX + 100];
	size_t n = SENDTLS_TEXT_MAX - strlen("STARTTLS: "), i;

	for (i = 0; i < 2; i++) {
		memset(reply, 'x', sizeof reply);
		memcpy(reply, "501 ", 4);
		memcpy(reply + n + i, "\r\n", 3);
		turn(SENDTLS_MUST);
		none(SMTPOUT_STARTTLS, reply);
		is_num((long long)strlen(conn.tls->text), SENDTLS_TEXT_MAX,
		    i == 0 ? "the longest text" : "one byte more is cut");
	}
}

/* the records of an event: whole ones, as many as there is room for */
static void
tlsa(void)
{
	static char all[1200];
	const char *record = "3.1.2.";
	char hex[129];
	struct sendresult r = { 0 };
	unsigned i;

	memset(hex, 'a', 128);
	hex[128] = '\0';
	strcpy(all, "mx.example==");
	for (i = 0; i < 7; i++)
		sprintf(all + strlen(all), "%s%s%s", i > 0 ? "," : "", record,
		    hex);
	txn.tlsa = all;
	txn.mx_secure = (char *)"1";
	is_num(turn(SENDTLS_DANE), 0, "seven records");
	conntls_lost(&conn, "closed");
	is_str(conn.host.fail->policy, "dane", "its policy");
	ok(strstr(said(), "\ttlsa:3 1 2 aaa") != NULL, "are told");
	is_num((long long)strcspn(strstr(said(), "\ttlsa:") + 6, "\t\n"),
	    6 * 134 + 5, "six of them, which fit");
	conntls_result(&conn, &txn, &r);
	is_str(r.tls_policy, "dane", "policy");
	is_str(r.mx_secure, "1", "the DNS vouches");
	txn.tlsa = (char *)"mx.example==x";
	is_num(turn(SENDTLS_DANE), -1, "malformed");
	is_str(conn.host.fail->class, "local", "ours");
	txn.tlsa = NULL;
	site.tls_else = SENDTLS_DANE;
	is_num(turn(SENDTLS_DANE), -1, "none, where there must be some");
	is_str(conn.host.fail->tls, "dane-required", "word");
	txn.mx_secure = NULL;
}

static void
labels(void)
{
	struct sendresult r = { 0 };

	txn.tls_from = (char *)"default";
	turn(SENDTLS_NONE);
	conn.lead = NULL;
	conntls_result(&conn, &txn, &r);
	is_str(r.tls, "none", "none");
	is_str(r.tls_policy, "none", "as it was asked for");
	is_str(r.tls_from, "default", "by whom");
	ok(r.tls_fail == NULL, "that is no failure");
	memset(&r, 0, sizeof r);
	turn(SENDTLS_MAY);
	none(SMTPOUT_HELO, "250 x\r\n");
	conntls_result(&conn, &txn, &r);
	ok(r.tls == NULL, "no host has answered");
	is_str(r.tls_policy, "may", "policy");
	conn.lead = NULL;
	conntls_result(&conn, &txn, &r);
	is_str(r.tls, "none", "none");
	is_str(r.tls_fail, "starttls-not-supported", "why");
	is_str(r.tls_text, "STARTTLS is not offered", "in words");
	strcpy(conn.tls->tls, "TLSv1.2,X");
	conntls_result(&conn, &txn, &r);
	is_str(r.tls, "TLSv1.2,X", "as the handshake said");
	turn(SENDTLS_MUST);
	memset(&r, 0, sizeof r);
	none(SMTPOUT_HELO, "250 x\r\n");
	conntls_result(&conn, &txn, &r);
	is_str(r.tls_fail, "starttls-not-supported", "of the last host");
}

/* what may be pending when the dot has left: at least what stands behind it */
static void
behind(void)
{
	turn(SENDTLS_MAY);
	is_num((long long)conntls_behind(&conn, 0), 0, "nothing");
	is_num((long long)conntls_behind(&conn, 100), 100, "in clear");
	conn.s.secured = 1;
	is_num((long long)conntls_behind(&conn, 0), 0, "nothing");
	ok(conntls_behind(&conn, 100) >= 100 + 85, "a record");
	ok(conntls_behind(&conn, 50000) >= 50000 + 4 * 85, "four");
}

int
main(void)
{
	events = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	dup2(events, 2);
	policies();
	bad();
	texts();
	tlsa();
	labels();
	behind();
	conntls_free(&conn);
	sendhost_free(&conn.host);
	deadhost_free(&share.plain);
	return done();
}
