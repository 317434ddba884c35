#include "ship/eventline.h"
#include "ship/eid.h"
#include "tap.h"

static struct eventline l;

static const char *
put(const char *line)
{
	static struct buf b;
	static const char *const is[] = { "put ", "other", "filtered", "bad",
		"nomem" };

	buf_clear(&b);
	buf_puts(&b, "");
	switch (eventline_put(&l, "smtp", line, strlen(line), &b)) {
	case EVENTLINE_PUT: buf_putc(&b, '\0'); return buf_data(&b);
	case EVENTLINE_OTHER: return is[1];
	case EVENTLINE_FILTERED: return is[2];
	case EVENTLINE_BAD: return is[3];
	default: return is[4];
	}
}

/* what is put without its id */
static const char *
behind_id(const char *line)
{
	const char *p = put(line);

	return strncmp(p, "eid:", 4) == 0 ? p + 4 + EID_LEN : p;
}

static void
diagnostics(void)
{
	char text[8000];

	is_str(put("queue-run: info: ready"), "other", "a diagnostic");
	l.all = 1;
	is_str(
	    behind_id("2026-11-30T09:00:00.12345 queue-run: info: ready: yes"),
	    "\tsrc:smtp\tv:1\tts:2026-11-30T09:00:00.123450Z\tev:diagnostic\t"
	    "prog:queue-run\tseverity:info\ttext:ready: yes\n",
	    "one that is wanted");
	is_str(behind_id("@400000006955b90d0bebc200 x: warning: odd"),
	    "\tsrc:smtp\tv:1\tts:2026-01-01T00:00:03.200000Z\tev:diagnostic\t"
	    "prog:x\tseverity:warning\ttext:odd\n",
	    "another clock");
	is_str(behind_id("what: is this"),
	    "\tsrc:smtp\tv:1\tev:diagnostic\ttext:what: is this\n",
	    "no program's, no time");
	is_str(behind_id(""), "\tsrc:smtp\tv:1\tev:diagnostic\ttext:\n",
	    "nothing");
	is_str(behind_id("x\t\033[2J\\"),
	    "\tsrc:smtp\tv:1\tev:diagnostic\ttext:x\\t\\x1b[2J\\\\\n",
	    "bytes that are escaped");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	is_num((long long)strlen(behind_id(text)), 4096 + 34,
	    "a long one is cut");
}

static void
filtered(void)
{
	size_t at;

	filter_parse(&l.filter, "ev:bounced | src:other", 22, &at);
	is_str(put("ts:1\tev:sent"), "filtered", "not wanted");
	is_str(behind_id("ts:1\tev:bounced\n"),
	    "\tsrc:smtp\tv:1\tts:1\tev:bounced\n", "with its LF");
	is_str(behind_id("ts:1\tev:bounced"),
	    "\tsrc:smtp\tv:1\tts:1\tev:bounced\n", "wanted");
	is_str(put("queue-run: info: ready"), "filtered",
	    "diagnostics are filtered, too");
}

static void
large(void)
{
	static char line[EVENTLINE_MAX + 10];
	struct buf b = { 0 };
	const size_t head = 4 + EID_LEN + 9 + 4 + 1;
	size_t n = EVENTLINE_MAX - head;

	memset(line, 'x', sizeof line);
	memcpy(line, "ts:1\tev:sent\ttext:", 18);
	is_num(eventline_put(&l, "smtp", line, n - 1, &b), EVENTLINE_PUT,
	    "as long as it may be");
	is_num((long long)buf_len(&b), EVENTLINE_MAX, "its length");
	is_num(eventline_put(&l, "smtp", line, n, &b), EVENTLINE_BAD,
	    "one byte more");
	is_num((long long)buf_len(&b), EVENTLINE_MAX, "leaves nothing");
	buf_free(&b);
}

int
main(void)
{
	static const char sent[] = "ts:1\tev:sent\tid:x\ttext:a\\tb";
	struct buf b = { 0 };
	char line[200], id[EID_LEN + 1];

	eventline_begin(&l);
	is_str(behind_id(sent),
	    "\tsrc:smtp\tv:1\tts:1\tev:sent\tid:x\ttext:a\\tb\n",
	    "as it was logged");
	eid_make(sent, strlen(sent), id);
	ok(strncmp(put(sent) + 4, id, EID_LEN) == 0, "its id");
	snprintf(line, sizeof line, "2026-11-30T09:00:00.12345 %s", sent);
	ok(strncmp(put(line) + 4, id, EID_LEN) == 0,
	    "the same behind the logger's time");
	is_str(behind_id(line),
	    "\tsrc:smtp\tv:1\tts:1\tev:sent\tid:x\ttext:a\\tb\n", "which goes");
	snprintf(line, sizeof line,
	    "ts:1\tev:x\teid:0123456789abcdef0123456789abcdef\tsrc:y\tv:7\tn:1");
	is_str(put(line),
	    "eid:0123456789abcdef0123456789abcdef\tsrc:smtp\tv:1\t"
	    "ts:1\tev:x\tn:1\n",
	    "its own id stands in front");
	is_str(put("ts:1\tev:sent\ttext:a\\b"), "bad", "a bad escape");
	is_str(put("ts:1\tev:sent\ttext"), "bad", "a field without colon");
	is_str(put("ts:1\tevent:sent"), "other", "no event");
	is_str(put("its:1\tev:sent"), "other", "nor this");
	ok(eventline_event(line, strlen(line)), "an event");
	ok(!eventline_event("x: info: ts:1\tev:sent", 21), "a diagnostic");
	large();
	l.relabeled = 1;
	relabel_line(&l.labels, "id drop", 7);
	is_str(behind_id(sent), "\tsrc:smtp\tv:1\tts:1\tev:sent\ttext:a\\tb\n",
	    "by a table");
	l.relabeled = 0;
	diagnostics();
	filtered();
	eventline_dead("smtp", "ts:1\tev:x\ttext:a\\b", 18, "now", "damaged",
	    &b);
	buf_putc(&b, '\0');
	eid_make("ts:1\tev:x\ttext:a\\b", 18, id);
	snprintf(line, sizeof line,
	    "dead-at:now\tdead-text:damaged\teid:%s\tsrc:smtp\tv:1\tev:damaged\t"
	    "text:ts:1\\tev:x\\ttext:a\\\\b\n",
	    id);
	is_str(buf_data(&b), line, "a letter that is dead");
	buf_free(&b);
	return done();
}
