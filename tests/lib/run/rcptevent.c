/* what the log says of a recipient */
#include "run/rcptevent.h"
#include "base/die.h"
#include "chain/event.h"
#include "queue/name.h"
#include "tap.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char id[] = "0123456789abcdefghij";
static int out;

/* the lines since the last time, without what differs from run to run */
static const char *
said(void)
{
	static char text[EVENT_LINE_MAX];
	ssize_t n = pread(out, text, sizeof text - 1, 0);
	char *p;

	if (n < 0 || ftruncate(out, 0) == -1)
		return "(nothing to read)";
	text[n] = '\0';
	p = strstr(text, "\tid:");
	return p == NULL ? text : p + 1;
}

static void
end_of(enum message_state state, const char *kind)
{
	static const int64_t at_s = 1790000000;
	char line[EVENT_LINE_MAX], want[64];
	ssize_t n;

	rcptevent_replay(at_s, id, 3, NULL, state);
	event_end();
	n = pread(out, line, sizeof line - 1, 0);
	line[n < 0 ? 0 : n] = '\0';
	snprintf(want, sizeof want, "ts:2026-09-21T14:13:20.000000Z\tev:%s\t",
	    kind);
	ok(strncmp(line, want, strlen(want)) == 0, kind);
	ok(strstr(said(), "n:3\treplay:1\n") != NULL, "once more");
}

/* of an older version's journal: the time is that of now, and no other */
static void
unknown_time(void)
{
	char line[64] = "";

	rcptevent_replay(0, id, 3, NULL, MESSAGE_SENT);
	event_end();
	ok(pread(out, line, sizeof line - 1, 0) > 0 &&
		strncmp(line, "ts:20", 5) == 0 &&
		strncmp(line, "ts:2026-09-21T14:13:20", 22) != 0,
	    "no time is known");
	said();
}

static void
reply(const char *text, const char *want)
{
	event_begin("expired");
	event_put("id", "x", 1);
	rcptevent_reply(text, strlen(text));
	event_end();
	is_str(said(), want, *text == '\0' ? "no reply" : text);
}

int
main(void)
{
	static char *args[] = { "rcptevent", NULL };
	static const char who[] = "from:a@a.example\tto:b@b.example";
	char path[] = "/tmp/rcptevent.XXXXXX";

	prog_init(args);
	out = mkostemp(path, O_APPEND);
	if (out == -1 || dup2(out, 2) == -1)
		return 111;
	unlink(path);
	rcptevent_begin("sent", 1, id, 7, who, sizeof who - 1);
	event_end();
	is_str(said(),
	    "id:0123456789abcdefghij\tn:7\tfrom:a@a.example\t"
	    "to:b@b.example\n",
	    "whose mail it is");
	rcptevent_begin("sent", 1, id, 0, "nonsense", 8);
	event_end();
	is_str(said(), "id:0123456789abcdefghij\tn:0\n", "not well-formed");
	rcptevent_of("held", 1, id, 100000, NULL);
	event_end();
	is_str(said(), "id:0123456789abcdefghij\tn:100000\n", "no head");
	unknown_time();
	end_of(MESSAGE_SENT, "sent");
	end_of(MESSAGE_RELAYED, "sent");
	end_of(MESSAGE_DELIVERED, "sent");
	end_of(MESSAGE_EXPANDED, "sent");
	end_of(MESSAGE_SENT_SAID, "sent");
	end_of(MESSAGE_DELETED, "deleted");
	end_of(MESSAGE_BOUNCED, "bounced");
	end_of(MESSAGE_BOUNCED_SAID, "bounced");
	end_of(MESSAGE_EXPIRED, "expired");
	end_of(MESSAGE_EXPIRED_SAID, "expired");
	reply("4.4.7 mx.example no answer",
	    "id:x\tesc:4.4.7\thost:mx.example\t"
	    "text:no answer\n");
	reply("4.4.7 - - x", "id:x\tesc:4.4.7\ttext:- x\n");
	reply("5.0.0", "id:x\tesc:5.0.0\n");
	reply("", "id:x\n");
	return done();
}
