/*
 * What a connection writes: commands and messages, to a stream that takes as
 * much as the test says, and whose bytes are kept.
 */
#include "send/write.h"
#include "base/fd.h"
#include "conntest.h"
#include "send/conntxn.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HEAD = 4, ALL = 1 << 30 };

static char file[32]; /* in memory */
static struct sendsite site;

/* the other side: takes so many bytes, or fails */
static size_t room;
static int failure;
static struct buf wire;

static ssize_t
on_write(struct stream *s, const char *p, size_t n)
{
	(void)s;
	if (failure != 0) {
		errno = failure;
		return -1;
	}
	n = n < room ? n : room;
	room -= n;
	buf_put(&wire, p, n);
	return (ssize_t)n;
}

static int
can(const struct stream *s)
{
	(void)s;
	return room > 0 ? LOOP_WRITE : 0;
}

static int
needs(const struct stream *s, int want)
{
	(void)s;
	return want;
}

static size_t
holds(const struct stream *s)
{
	(void)s;
	return 0;
}

static void
on_close(struct stream *s)
{
	(void)s;
}

static const struct stream_ops fake = { .write = on_write,
	.can = can,
	.needs = needs,
	.holds = holds,
	.close = on_close };
static struct stream_layer layer;

/* a session that is open, and a server with PIPELINING or not */

static void
hear(const char *text)
{
	struct smtpout_event ev;
	size_t n = strlen(text), at = 0;

	do
		at += smtpout_feed(&conn.s, text + at, n - at, &ev);
	while (ev.kind != SMTPOUT_MORE);
}

/* a message of so many bytes, with a dot at the start of each line */
static struct sendtxn *
add(size_t size, const char *name)
{
	static struct sendjob j;
	char line[300];
	int n = snprintf(line, sizeof line,
	    "id:m%u\tn:0\tfrom:a@b.example\tto:c@d.example\tsize:%zu\t"
	    "file:%s\toff:4\tmx:m\n",
	    n_txn, size, name);

	if (sendjob_parse(line, n, &j) != NULL)
		abort();
	return txn[n_txn++] = sendtxn_new(&j);
}

static void
finish(void)
{
	sendbody_close(&conn.body, &share.bodies);
	stream_close(&conn.stream);
	while (n_txn > 0)
		sendtxn_free(txn[--n_txn]);
	taken = 0;
	buf_clear(&told);
	buf_clear(&wire);
}

static void
begin(const char *offers)
{
	finish();
	memset(&conn, 0, sizeof conn);
	conn.share = &share;
	conn.site = &site;
	conn.body.file = -1;
	room = ALL;
	failure = 0;
	memset(&layer, 0, sizeof layer);
	layer.ops = &fake;
	stream_open(&conn.stream, open("/dev/null", O_RDWR | O_CLOEXEC), -1);
	stream_start(&conn.stream, &layer);
	hear("220 here\r\n");
	sendwrite_push(&conn);
	hear(offers);
	buf_clear(&wire);
}

#define PLAIN "250 here\r\n"
#define PIPELINES "250-here\r\n250 PIPELINING\r\n"
#define COMMANDS "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"

/* its file, and how it goes over the wire, with the lone dot */
static struct buf message, encoded;

static void
fill(size_t size)
{
	static const char line[] = ".a line of the message\n";
	struct dotout d = { 0 };
	int fd = open(file, O_WRONLY | O_TRUNC);
	size_t i;

	buf_clear(&message);
	for (i = 0; i < size; i++)
		buf_putc(&message, line[i % (sizeof line - 1)]);
	fd_write_all(fd, "HEAD", HEAD);
	fd_write_all(fd, buf_data(&message), size);
	close(fd);
	buf_clear(&encoded);
	buf_reserve(&encoded, DOTOUT_ROOM(size) + DOTOUT_END_MAX);
	buf_added(&encoded,
	    dotout_feed(&d, buf_data(&message), size, buf_tail(&encoded)));
	buf_added(&encoded, dotout_end(&d, buf_tail(&encoded)));
}

/* a message of that size has its turn: 354 has come */
static void
at_body(size_t size, const char *offers)
{
	fill(size);
	begin(offers);
	add(size, file);
	conntxn_begin(&conn, take(&conn));
	do {
		sendwrite_push(&conn);
		hear("250 ok\r\n");
	} while (conn.s.front->got < 2);
	sendwrite_push(&conn);
	hear("354 go\r\n");
	buf_clear(&wire);
}

static const char *
written(void)
{
	static char t[2000];

	snprintf(t, sizeof t, "%.*s", (int)buf_len(&wire), buf_data(&wire));
	buf_clear(&wire);
	return t;
}

static int
is_message(const char *behind)
{
	size_t n = buf_len(&encoded);

	return buf_len(&wire) == n + strlen(behind) &&
	    memcmp(buf_data(&wire), buf_data(&encoded), n) == 0 &&
	    memcmp(buf_data(&wire) + n, behind, strlen(behind)) == 0;
}

static void
commands(void)
{
	begin(PIPELINES);
	is_num(sendwrite_push(&conn), 0, "nothing to be said");
	is_str(written(), "", "and nothing is");
	add(1, file);
	conntxn_begin(&conn, take(&conn));
	sendwrite_push(&conn);
	is_str(written(), COMMANDS, "all commands");
	begin(PLAIN);
	add(1, file);
	conntxn_begin(&conn, take(&conn));
	sendwrite_push(&conn);
	is_str(written(), "MAIL FROM:<a@b.example>\r\n", "one command");
	hear("250 ok\r\n");
	sendwrite_push(&conn);
	is_str(written(), "RCPT TO:<c@d.example>\r\n", "the next");

	/* who says what his name is */
	begin(PLAIN);
	memset(&conn.s, 0, sizeof conn.s);
	hear("220 here\r\n");
	sendwrite_push(&conn);
	is_str(written(), "EHLO me.example\r\n", "our name");
	site.helo = (char *)"site.example";
	memset(&conn.s, 0, sizeof conn.s);
	hear("220 here\r\n");
	sendwrite_push(&conn);
	is_str(written(), "EHLO site.example\r\n", "that of the site");
	site.helo = NULL;
	memset(&conn.s, 0, sizeof conn.s);
	hear("220 here\r\n");
	room = 5;
	is_num(sendwrite_push(&conn), 0, "with little room");
	is_str(written(), "EHLO ", "as much as there is");
	is_num((long long)stream_pending(&conn.stream), 12, "the rest is kept");
}

/* messages of all sizes at which something is another way */
static void
whole(void)
{
	static const size_t sizes[] = { 0, 1, 23, 100, SENDCONN_SAVE / 2,
		SENDCONN_SAVE, SENDBODY_CHUNK - 1, SENDBODY_CHUNK,
		SENDBODY_CHUNK + 1, 3 * SENDBODY_CHUNK };
	char name[60];
	size_t i;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		at_body(sizes[i], PLAIN);
		snprintf(name, sizeof name, "a message of %zu bytes", sizes[i]);
		is_num(sendwrite_push(&conn), 0, name);
		ok(is_message(""), "all of it and a dot");
		is_num(conn.s.front->at, SMTPOUT_DOT, "it is sent");
		is_str(told_text(), "m0 is sent, ", "which was told before");
		ok(sendconn_is_last(&conn), "only the reply is missing");
		is_num(share.bodies.files, 0, "the file is closed");
	}
}

/* the other side takes it in pieces */
static void
pieces(void)
{
	static const size_t most[] = { 1, 1000, 4097, 65536, 100000 };
	size_t i, size, early;

	for (i = 0; i < sizeof most / sizeof *most; i++) {
		size = i == 0 ? SENDCONN_SAVE + 100 : 200000;
		early = 0;
		at_body(size, PLAIN);
		while (conn.s.front->at == SMTPOUT_BODY) {
			early += sendconn_is_last(&conn) ||
			    stream_pending(&conn.stream) > 0;
			room = most[i];
			sendwrite_push(&conn);
		}
		is_num((long long)early, 0, "it waits for room");
		is_num((long long)(buf_len(&wire) +
			   stream_pending(&conn.stream)),
		    buf_len(&encoded), "all of it");
		ok(memcmp(buf_data(&wire), buf_data(&encoded),
		       buf_len(&wire)) == 0,
		    "in its order");
		is_str(told_text(), "m0 is sent, ", "told once");
	}
}

/* an end that is small enough is kept, and what follows goes with it; a
 * larger one waits for room */
static void
kept(void)
{
	size_t n = SENDCONN_SAVE;

	do
		fill(--n);
	while (buf_len(&encoded) > SENDCONN_SAVE);
	at_body(n, PIPELINES);
	add(1, file);
	room = 10;
	sendwrite_push(&conn);
	is_num(conn.s.front->at, SMTPOUT_DOT, "a small end is gone");
	is_num((long long)stream_pending(&conn.stream),
	    buf_len(&encoded) + strlen(COMMANDS) - 10, "the rest is kept");
	is_num((long long)conn.behind_dot, strlen(COMMANDS),
	    "with what goes behind it");
	is_num(sendconn_is_last(&conn), 0, "but the dot has not left");

	at_body(n + 1, PIPELINES);
	ok(buf_len(&encoded) > SENDCONN_SAVE, "one byte more");
	add(1, file);
	room = 10;
	sendwrite_push(&conn);
	is_num(conn.s.front->at, SMTPOUT_BODY, "waits");
	is_num((long long)stream_pending(&conn.stream), 0, "nothing is kept");
	is_num(conn.stream.want, LOOP_READ | LOOP_WRITE, "until there is room");
	is_num(taken, 1, "and nobody is taken before");
	room = ALL;
	sendwrite_push(&conn);
	ok(is_message(COMMANDS), "then all of it, and the next");
	is_str(told_text(), "m0 is sent, ", "told once");
}

/* after so many chunks others have a turn */
static void
turns(void)
{
	at_body((SENDCONN_TURN + 1) * SENDBODY_CHUNK, PLAIN);
	sendwrite_push(&conn);
	is_num(conn.s.front->at, SMTPOUT_BODY, "one chunk more than a turn");
	is_num(conn.stream.want, LOOP_READ | LOOP_WRITE, "comes again");
	is_str(told_text(), "", "nothing is told yet");
	sendwrite_push(&conn);
	ok(is_message(""), "and goes on");
	at_body(SENDCONN_TURN * SENDBODY_CHUNK, PLAIN);
	sendwrite_push(&conn);
	is_num(conn.s.front->at, SMTPOUT_DOT, "as many as a turn has");
}

static void
behind(void)
{
	at_body(100, PIPELINES);
	add(1, file);
	add(1, file);
	sendwrite_push(&conn);
	ok(is_message(COMMANDS), "the next behind a small one");
	is_num((long long)conn.behind_dot, strlen(COMMANDS), "so many bytes");
	at_body(100000, PIPELINES);
	add(1, file);
	sendwrite_push(&conn);
	ok(is_message(COMMANDS), "and behind a large one");
	is_num((long long)conn.behind_dot, strlen(COMMANDS), "the same");
	ok(sendconn_is_last(&conn), "the dot has left");
}

static void
failures(void)
{
	at_body(100, PLAIN);
	failure = EPIPE;
	is_num(sendwrite_push(&conn), 0, "nobody reads");
	is_num(conn.dead, 1, "nothing more is written");
	is_num(conn.no_dot, 1, "and the dot has not left");
	is_num(sendconn_is_last(&conn), 0, "so that is sure");
	is_num(conn.stream.want, LOOP_READ, "he may still say why");
	failure = 0;
	is_num(sendwrite_push(&conn), 0, "later");
	is_num((long long)buf_len(&wire), 0, "nothing is said");

	at_body(100000, PLAIN);
	room = 1000;
	sendwrite_push(&conn);
	failure = ECONNRESET;
	is_num(sendwrite_push(&conn), 0, "nobody reads any more");
	is_num(conn.dead, 1, "nothing more is written");
	is_num(conn.s.front->at, SMTPOUT_BODY, "it was not sent");

	begin(PLAIN);
	add(1, file);
	conntxn_begin(&conn, take(&conn));
	failure = EPIPE;
	is_num(sendwrite_push(&conn), 0, "nobody reads commands");
	is_num(conn.dead, 1, "the same");

	/* files */
	at_body(100, PLAIN);
	if (truncate(file, HEAD + 99) == -1)
		abort();
	is_num(sendwrite_push(&conn), -1, "a file that is too short");
	is_num((long long)buf_len(&wire), 0, "nothing of it is said");
	is_str(told_text(), "", "nor told");
	at_body(100, PLAIN);
	strcpy(txn[0]->file, "/");
	is_num(sendwrite_push(&conn), -1, "one that is none");
	is_num(errno, EISDIR, "and why");
}

int
main(void)
{
	unsigned i;
	int fd = memfd_create("message", MFD_CLOEXEC);

	if (fd == -1)
		return 111;
	snprintf(file, sizeof file, "/proc/self/fd/%d", fd);
	conn.body.file = -1;
	share.ops = &ops;
	share.helo = "me.example";
	share.msgs = 1000;
	for (i = 0; i < SENDWAITS; i++)
		share.wait_ms[i] = 10000;
	if (sendconn_share_open(&share) == -1)
		return 111;
	commands();
	whole();
	pieces();
	kept();
	turns();
	behind();
	failures();
	finish();
	is_num(share.bodies.files, 0, "no file is open");
	sendconn_share_close(&share);
	close(fd);
	return done();
}
