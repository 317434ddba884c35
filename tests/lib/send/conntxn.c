/*
 * The transactions of a connection: begun, pipelined, answered, given back.
 * Nothing is connected; the machine hears what it has to hear.
 */
#include "send/conntxn.h"
#include "base/fd.h"
#include "conntest.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static char file[32]; /* in memory */
static struct sendsite plain;

/* the machine hears the replies, all events but verdicts are left out */
static void
hear(const char *text)
{
	struct smtpout_event ev;
	size_t n = strlen(text), at = 0;

	do {
		at += smtpout_feed(&conn.s, text + at, n - at, &ev);
		if (ev.kind == SMTPOUT_VERDICT)
			conntxn_verdict(&conn, &ev);
	} while (ev.kind != SMTPOUT_MORE);
}

/* and what it says then */
static const char *
says(void)
{
	static struct buf b;

	buf_clear(&b);
	smtpout_pull(&conn.s, "me.example", &b);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

/* "", or a label of a job more: two recipients of message m and its number */
static struct sendtxn *
add(const char *labels)
{
	static struct sendjob j;
	char line[500];
	struct sendtxn *t = NULL;
	unsigned i;
	int n;

	for (i = 0; i < 2; i++) {
		n = snprintf(line, sizeof line,
		    "id:m%u\tn:%u\tfrom:a@b.example\tto:r%u@d.example\t"
		    "size:16\tfile:%s\toff:4\tmx:m%s%s\n",
		    n_txn, i, i, file, *labels == '\0' ? "" : "\t", labels);
		if (sendjob_parse(line, n, &j) != NULL)
			abort();
		if (t == NULL)
			t = sendtxn_new(&j);
		else
			sendtxn_add(t, &j);
	}
	return txn[n_txn++] = t;
}

/* a session with a server that offers this, open for transactions */
static void
begin(const char *offers)
{
	while (n_txn > 0)
		sendtxn_free(txn[--n_txn]);
	taken = 0;
	wanted = never_again = 0;
	buf_clear(&told);
	memset(&conn, 0, sizeof conn);
	share.ops = &ops;
	share.msgs = 1000;
	conn.share = &share;
	conn.site = &plain;
	conn.body.file = -1;
	hear("220 here\r\n");
	says();
	hear(offers);
}

#define PLAIN "250 here\r\n"
#define PIPELINES "250-here\r\n250 PIPELINING\r\n"

/* the first one has the machine's ear, and its message has been sent */
static struct sendtxn *
at_dot_with(const char *offers, const char *labels, unsigned lmtp)
{
	struct sendtxn *t;

	begin(offers);
	conn.s.lmtp = lmtp & 1;
	t = add(labels);
	conntxn_begin(&conn, take(&conn));
	says();
	hear("250 ok\r\n");
	says();
	hear("250 ok\r\n");
	says();
	hear("250 ok\r\n");
	says();
	hear("354 go\r\n");
	smtpout_sent(&conn.s);
	return t;
}

static struct sendtxn *
at_dot(const char *offers)
{
	return at_dot_with(offers, "", 0);
}

static void
worn_out(void)
{
	begin(PLAIN);
	conn.messages = 999;
	is_num(conntxn_worn_out(&conn), 0, "one message less");
	conn.messages = 1000;
	is_num(conntxn_worn_out(&conn), 1, "as many as there may be");
	conn.messages = 6;
	add("msgs-per-conn:7");
	is_num(conntxn_worn_out(&conn), 0, "less than the next one allows");
	conn.messages = 7;
	is_num(conntxn_worn_out(&conn), 1, "as many as it allows");
	begin(PLAIN);
	add("");
	wanted = 1;
	conn.messages = SENDCONN_SHARE - 1;
	is_num(conntxn_worn_out(&conn), 0, "others wait, and may go on so");
	conn.messages = SENDCONN_SHARE;
	is_num(conntxn_worn_out(&conn), 1, "until it has had its share");
	wanted = 0;
	is_num(conntxn_worn_out(&conn), 0, "nobody waits");
	smtpout_quit(&conn.s);
	is_num(conntxn_worn_out(&conn), 1, "a session that has ended");
}

static void
fill(const char *message)
{
	int fd = open(file, O_WRONLY | O_TRUNC);

	fd_write_all(fd, "HEAD", 4);
	fd_write_all(fd, message, strlen(message));
	close(fd);
}

/* offers, labels, the message; and is it begun, or what it comes to */
static const struct {
	const char *name, *offers, *labels, *message, *told;
} starts[] = {
	{ "anything", PLAIN, "", "Subject: x\n\n.dot\n", "" },
	{ "of the size that is taken", "250-here\r\n250 SIZE 16\r\n", "",
	    "Subject: x\n\n.dot\n", "" },
	{ "larger", "250-here\r\n250 SIZE 15\r\n", "", "Subject: x\n\n.dot\n",
	    "m0 over bounced size 552 5.3.4, " },
	{ "with SMTPUTF8", "250-here\r\n250 SMTPUTF8\r\n", "smtputf8:1",
	    "Subject: \303\244\n\nab\n", "" },
	{ "that only asks for it", PLAIN, "smtputf8:1", "Subject: x\n\n.dot\n",
	    "" },
	{ "that needs it", PLAIN, "smtputf8:1", "Subject: \303\244\n\nab\n",
	    "m0 over bounced smtputf8 550 5.6.7, " },
	{ "of which nobody can say so", PLAIN, "smtputf8:1", "",
	    "m0 over deferred local 4.3.0, " },
};

static void
started(void)
{
	struct sendtxn *t;
	size_t i;
	int good;

	for (i = 0; i < sizeof starts / sizeof *starts; i++) {
		begin(starts[i].offers);
		fill(starts[i].message);
		t = add(starts[i].labels);
		good = *starts[i].told == '\0';
		conntxn_begin(&conn, take(&conn));
		is_str(told_text(), starts[i].told, starts[i].name);
		ok(conn.s.front == (good ? &t->mail : NULL), "in the machine");
		is_num(conn.messages, good, "counted");
		ok((t->started_ms > 0) == good, "and its time begins");
		sendbody_close(&conn.body, &share.bodies);
	}
	fill("Subject: x\n\n.dot\n");

	begin(PLAIN);
	t = add("");
	t->started_ms = 7;
	conntxn_begin(&conn, take(&conn));
	is_num(t->started_ms, 7, "it had begun when it was connected for");
	begin(PLAIN);
	t = add("");
	t->started_ms = 7;
	t->retried = 1;
	conntxn_begin(&conn, take(&conn));
	ok(t->started_ms > 7, "anew after a connection that was lost");
}

/* what goes behind the dot: "" for nothing */
static const char *
behind(void)
{
	static struct buf b;

	buf_clear(&b);
	conntxn_pipeline(&conn, &b);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

#define COMMANDS \
	"MAIL FROM:<a@b.example>\r\nRCPT TO:<r0@d.example>\r\n" \
	"RCPT TO:<r1@d.example>\r\nDATA\r\n"

static void
pipelined(void)
{
	struct sendtxn *t;

	at_dot(PIPELINES);
	is_str(behind(), "", "nothing waits");
	t = add("");
	is_str(behind(), COMMANDS, "the next one");
	ok(conn.s.behind == &t->mail && t->started_ms > 0, "has begun");
	is_num(conn.messages, 2, "and counts");
	add("");
	is_str(behind(), "", "not two");
	is_num(taken, 2, "which stays where it is");

	at_dot(PLAIN);
	add("");
	is_str(behind(), "", "not without PIPELINING");
	at_dot(PIPELINES);
	add("");
	conn.messages = (unsigned)share.msgs;
	is_str(behind(), "", "not on one that has done its share");
	at_dot("250-here\r\n250-PIPELINING\r\n250 SIZE 16\r\n");
	add("")->mail.size = 17;
	is_str(behind(), "", "not what it will not take");
	is_num(taken, 1, "none of them was taken");
	begin(PIPELINES);
	add("");
	add("");
	conntxn_begin(&conn, take(&conn));
	says();
	is_str(behind(), "", "not before the dot");
}

/* a reply to the commands, or the dot, as the answer of both recipients */
static const struct {
	const char *reply, *at_mail, *at_dot;
} verdicts[] = {
	{ "250 2.0.0 ok\r\n", "",
	    "m0/0 sent 250 2.0.0, m0/1 sent 250 2.0.0, " },
	{ "250 ok\r\n", "", "m0/0 sent 250 2.0.0, m0/1 sent 250 2.0.0, " },
	{ "450 4.2.0 no\r\n",
	    "m0/0 deferred mail 450 4.2.0, m0/1 deferred mail 450 4.2.0, ",
	    "m0/0 deferred dot 450 4.2.0, m0/1 deferred dot 450 4.2.0, " },
	{ "550 no\r\n",
	    "m0/0 bounced mail 550 5.0.0, m0/1 bounced mail 550 5.0.0, ",
	    "m0/0 bounced dot 550 5.0.0, m0/1 bounced dot 550 5.0.0, " },
};

static void
answered(void)
{
	struct sendtxn *t;
	size_t i;

	for (i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
		begin(PLAIN);
		add("");
		conntxn_begin(&conn, take(&conn));
		says();
		hear(verdicts[i].reply);
		is_str(told_text(), verdicts[i].at_mail, verdicts[i].reply);
		at_dot(PLAIN);
		hear(verdicts[i].reply);
		is_str(told_text(), verdicts[i].at_dot, "to the dot");
	}
	t = at_dot(PLAIN);
	t->mail.rcpt[0].state = SMTPOUT_DECIDED;
	hear("250 ok\r\n");
	is_str(told_text(), "m0/1 sent 250 2.0.0, ",
	    "who has his answer gets no other");

	begin(PLAIN);
	add("");
	conntxn_begin(&conn, take(&conn));
	says();
	hear("250 ok\r\n");
	says();
	hear("250 ok\r\n");
	says();
	hear("452 4.5.3 too many\r\n");
	is_str(told_text(), "m0/1 later limit 452 4.5.3, ",
	    "one recipient too many is put off");
}

/* who tells a sender that wants to hear of success: the host, by DSN; nobody,
 * RFC 3461 section 5.2.2; or we, for LMTP delivers */
static const struct {
	const char *offers;
	unsigned lmtp;
	const char *labels, *told;
} successes[] = {
	{ PLAIN, 0, "notify:SUCCESS",
	    "m0/0 sent 250 2.0.0 dsn relayed, "
	    "m0/1 sent 250 2.0.0 dsn relayed, " },
	{ PLAIN, 1, "notify:FAILURE,SUCCESS",
	    "m0/0 sent 250 2.0.0 dsn delivered, "
	    "m0/1 sent 250 2.0.0 dsn delivered, " },
	{ PLAIN, 1, "notify:FAILURE",
	    "m0/0 sent 250 2.0.0, m0/1 sent 250 2.0.0, " },
	{ PLAIN, 1, "", "m0/0 sent 250 2.0.0, m0/1 sent 250 2.0.0, " },
	{ "250-here\r\n250 DSN\r\n", 0, "notify:SUCCESS",
	    "m0/0 sent 250 2.0.0, m0/1 sent 250 2.0.0, " },
	{ "250-here\r\n250 DSN\r\n", 1, "notify:SUCCESS",
	    "m0/0 sent 250 2.0.0, m0/1 sent 250 2.0.0, " },
};

static void
success(void)
{
	size_t i;

	for (i = 0; i < sizeof successes / sizeof *successes; i++) {
		at_dot_with(successes[i].offers, successes[i].labels,
		    successes[i].lmtp);
		hear("250 ok\r\n");
		if (successes[i].lmtp)
			hear("250 ok\r\n");
		is_str(told_text(), successes[i].told, successes[i].labels);
	}
}

/* 530 says that mail is taken from whom it knows alone: after a login that is
 * about us */
static void
login_first(void)
{
	static struct sendsite with = { .login = (char *)"relay" }, without;
	static const struct {
		const struct sendsite *site;
		const char *reply, *told;
	} c[] = {
		{ &without, "530 5.7.0 log in first\r\n",
		    "m0/0 bounced mail 530 5.7.0, "
		    "m0/1 bounced mail 530 5.7.0, " },
		{ &with, "530 5.7.0 log in first\r\n",
		    "m0/0 deferred auth 530 4.7.0, "
		    "m0/1 deferred auth 530 4.7.0, " },
		{ &with, "530 log in first\r\n",
		    "m0/0 deferred auth 530 4.0.0, "
		    "m0/1 deferred auth 530 4.0.0, " },
		{ &with, "550 5.7.1 no\r\n",
		    "m0/0 bounced mail 550 5.7.1, "
		    "m0/1 bounced mail 550 5.7.1, " },
	};
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		begin(PLAIN);
		conn.site = c[i].site;
		add("");
		conntxn_begin(&conn, take(&conn));
		says();
		hear(c[i].reply);
		is_str(told_text(), c[i].told, c[i].reply);
	}
}

/* the session ends while one is at its commands, or at its dot */
static const char *
lost(int dot, unsigned messages)
{
	if (dot) {
		at_dot(PIPELINES);
	} else {
		begin(PIPELINES);
		add("");
		conntxn_begin(&conn, take(&conn));
		says();
	}
	conn.messages = messages;
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	ok(conn.s.front == NULL && conn.s.behind == NULL, "none is left");
	return told_text();
}

static void
dropped(void)
{
	is_str(lost(0, 1), "m0 over deferred lost 4.4.2, ", "a new connection");
	is_str(lost(0, 2), "m0 again, ", "one that was kept");
	is_str(lost(1, 2), "m0 over deferred lost 4.4.2 doubt, ",
	    "but for a message that was sent");

	begin(PIPELINES);
	add("");
	conntxn_begin(&conn, take(&conn));
	says();
	hear("250 ok\r\n");
	conn.messages = 2;
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	is_str(told_text(), "m0 over deferred lost 4.4.2, ",
	    "or one of which it has heard");

	begin(PIPELINES);
	add("");
	conntxn_begin(&conn, take(&conn));
	says();
	conn.messages = 2;
	never_again = 1;
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	is_str(told_text(), "m0 over deferred lost 4.4.2, ",
	    "or one that was tried too often");

	at_dot(PIPELINES);
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	is_str(told_text(), "m0 over deferred lost 4.4.2 doubt, ",
	    "at the dot nobody knows");
	at_dot(PIPELINES);
	conn.no_dot = 1;
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	is_str(told_text(), "m0 over deferred lost 4.4.2, ",
	    "unless it has not left");
}

/* one behind another knows nothing of the connection's age */
static void
dropped_behind(void)
{
	at_dot(PIPELINES);
	add("");
	behind();
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	is_str(told_text(), "m1 again, m0 over deferred lost 4.4.2 doubt, ",
	    "one behind the dot");
	at_dot(PIPELINES);
	add("");
	behind();
	never_again = 1;
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	is_str(told_text(),
	    "m1 over later lost 4.4.2, m0 over deferred lost 4.4.2 doubt, ",
	    "that was tried too often is no failure");
	begin(PIPELINES);
	conntxn_lose(&conn, "lost", "4.4.2", "connection closed");
	is_str(told_text(), "", "nobody");
}

int
main(void)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	if (fd == -1)
		return 111;
	snprintf(file, sizeof file, "/proc/self/fd/%d", fd);
	fill("Subject: x\n\n.dot\n");
	share.bodies.chunk = malloc(SENDBODY_CHUNK);
	worn_out();
	started();
	pipelined();
	answered();
	success();
	login_first();
	dropped();
	dropped_behind();
	begin(PLAIN);
	is_num(share.bodies.files, 0, "no file is open");
	free(share.bodies.chunk);
	close(fd);
	return done();
}
