/* when BDAT is wanted, when the message goes with its commands, when not again */
#include "send/connbdat.h"
#include "conntest.h"
#include "smtp/outstate.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static struct sendsite site;
static struct sendtxn t;

/* a connection to a server that offers CHUNKING, or not */
static int
opened(int offered, int all, enum sendbdat label)
{
	static char name[] = "h\000127.0.0.1\0h/25/127.0.0.1";

	memset(&conn, 0, sizeof conn);
	conn.share = &share;
	conn.site = &site;
	conn.host.name = name;
	conn.host.ip = name + 2;
	conn.host.port = 25;
	conn.host.kind = DIAL_V4;
	conn.s.ext = offered ? EXTENSION_CHUNKING : 0;
	share.bdat = all;
	site.bdat = label;
	connbdat_open(&conn);
	return conn.s.bdat;
}

static int
is_early(uint64_t size, int was_idle)
{
	conn.is_idle = (unsigned)was_idle;
	t.size = size;
	connbdat_early(&conn, &t);
	return t.mail.early;
}

/* an answer with that code to the message: is it one to BDAT? */
static int
refused(unsigned code, enum smtpout_phase phase)
{
	struct smtpout_event ev = { .phase = phase, .mail = &t.mail };

	ev.reply.code = code;
	return connbdat_refused(&conn, &ev);
}

int
main(void)
{
	(void)ops;
	(void)told_text;
	share.no_bdat.first_ms = share.no_bdat.max_ms = 1000000;
	is_num(opened(1, 0, SENDBDAT_UNSAID), 0, "nobody wants it");
	is_num(opened(1, 1, SENDBDAT_UNSAID), 1, "all do");
	is_num(opened(1, 1, SENDBDAT_NO), 0, "but this one");
	is_num(opened(0, 1, SENDBDAT_YES), 0, "it is not offered");
	is_num(is_early(1, 0), 0, "DATA is no such thing");
	is_num(opened(1, 0, SENDBDAT_YES), 1, "this one does");
	is_num(is_early(CONNBDAT_EARLY, 0), 1, "as large as it may be");
	is_num(is_early(CONNBDAT_EARLY + 1, 0), 0, "one byte more");
	is_num(is_early(1, 1), 0, "a connection that was idle");

	is_num(refused(550, SMTPOUT_FINAL), 0, "the message is refused");
	is_num(refused(500, SMTPOUT_RCPT), 0, "a recipient is");
	is_num(conn.s.spent, 0, "the session goes on");
	is_num(refused(502, SMTPOUT_FINAL), 1, "the command is");
	is_num(conn.s.spent, 1, "the session is confused");
	is_num(opened(1, 1, SENDBDAT_YES), 0, "and it is remembered");
	is_num(refused(502, SMTPOUT_FINAL), 0, "where it was not said");
	deadhost_free(&share.no_bdat);
	is_num(opened(1, 1, SENDBDAT_YES), 1, "for a while");
	t.mail.data = 1;
	is_num(refused(502, SMTPOUT_FINAL), 0, "DATA was refused before");
	return done();
}
