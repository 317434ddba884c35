#include "tap.h"
#include "queue/message.h"
#include <errno.h>
#include <stdlib.h>

#define FRESH "to Q - 00000 0000000000 "

static struct buf b;

static const struct {
	const char *name, *env, *extra;
	int good;
	unsigned rcpts;
	const char *lines; /* "key=value;" of what is no recipient */
	const char *to;    /* "address params;" */
} formats[] = {
	{ "one", "from a@b\nto c@d\n", NULL, 1, 1, "from=a@b;", "c@d ;" },
	{ "order", "to c@d\nx-y 1\nfrom a@b\nto e@f NOTIFY=NEVER ORCPT=x\n",
	    "time 1.5\n", 1, 2, "time=1.5;x-y=1;from=a@b;",
	    "c@d ;e@f NOTIFY=NEVER ORCPT=x;" },
	{ "null sender", "from\nto c@d\n", NULL, 1, 1, "from=;", "c@d ;" },
	{ "null sender with blank", "from \nto c@d\n", NULL, 1, 1, "from=;",
	    "c@d ;" },
	{ "quoted", "from a\nto \"a b\"@d A=b\n", NULL, 1, 1, "from=a;",
	    "\"a b\"@d A=b;" },
	{ "to-like key", "from a\ntox 1\nto c\n", NULL, 1, 1, "from=a;tox=1;",
	    "c ;" },
	{ "twice the same", "from a\nto c\nto c\n", NULL, 1, 2, "from=a;",
	    "c ;c ;" },
	{ "no from", "to c@d\n", NULL, 0, 0, "", "" },
	{ "two from", "from a\nfrom b\nto c@d\n", NULL, 0, 0, "", "" },
	{ "no to", "from a\n", NULL, 0, 0, "", "" },
	{ "empty to", "from a\nto\n", NULL, 0, 0, "", "" },
	{ "to without address", "from a\nto  A=b\n", NULL, 0, 0, "", "" },
	{ "empty line", "from a\n\nto b\n", NULL, 0, 0, "", "" },
	{ "cut line", "from a\nto b", NULL, 0, 0, "", "" },
	{ "upper case key", "From a\nto b\n", NULL, 0, 0, "", "" },
	{ "raw CR", "from a\nto b\r\n", NULL, 0, 0, "", "" },
	{ "bad escape", "from a\nto b\\x\n", NULL, 0, 0, "", "" },
	{ "control byte", "from a\nto b\001\n", NULL, 0, 0, "", "" },
};

static void
walk(struct message_head *h, char *lines, char *to)
{
	struct parcel_line l;
	struct message_rcpt r;

	while (message_line(h, &l) == 1)
		lines += sprintf(lines, "%.*s=%.*s;", (int)l.key_len, l.key,
		    (int)l.value_len, l.value);
	while (message_rcpt(h, &r) == 1)
		to += sprintf(to, "%.*s %.*s;", (int)r.address_len, r.address,
		    (int)r.params_len, r.params);
}

static void
format_cases(void)
{
	char lines[4096], to[4096];
	struct message_head h;
	struct message_rcpt r;
	struct buf extra = { 0 };
	size_t i, k;

	for (i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		buf_clear(&b);
		buf_clear(&extra);
		if (formats[i].extra != NULL)
			buf_puts(&extra, formats[i].extra);
		is_num(message_format(&b, formats[i].env,
			   strlen(formats[i].env), 77, &extra),
		    formats[i].good ? 0 : -1, formats[i].name);
		if (!formats[i].good) {
			ok(errno == EINVAL && buf_len(&b) == 0, "EINVAL");
			continue;
		}
		is_num(message_open(buf_data(&b), buf_len(&b), &h), 0, "opens");
		ok(h.head_len == buf_len(&b) && h.size == 77 &&
			h.n_rcpt == formats[i].rcpts,
		    "sizes");
		lines[0] = to[0] = '\0';
		walk(&h, lines, to);
		is_str(lines, formats[i].lines, "lines");
		is_str(to, formats[i].to, "recipients");
		is_num(message_rcpt(&h, &r), 0, "and no more");
		for (k = 0; k < buf_len(&b); k++)
			if (message_open(buf_data(&b), k, &h) != -1)
				break;
		is_num(k, buf_len(&b), "no shorter start of it opens");
	}
	buf_free(&extra);
}

static void
damage_cases(void)
{
	/* what is changed at which place; the head has one recipient */
	static const struct {
		int at; /* from the start, or of the "to" line when >= 1000 */
		char c;
		int opens, rcpt; /* rcpt: 0 reads well, -1 not */
	} cases[] = {
		{ 0, 'R', 0, 0 },
		{ 9, '2', 0, 0 },
		{ 11, 'x', 0, 0 },
		{ 11, '9', 0, 0 },
		{ 21, '0', 0, 0 },
		{ 22, '-', 0, 0 },
		{ 37, ',', 0, 0 },
		{ 44, '0', 0, 0 },
		{ 44, '2', 1, -1 },
		{ 45, 'x', 0, 0 },
		{ 46, 'F', 0, 0 },
		{ 54, ' ', 0, 0 },
		{ 55, 'F', 1, -1 },
		{ 1000, 'T', 1, -1 },
		{ 1003, 'A', 1, -1 },
		{ 1003, 'S', 1, 0 },
		{ 1004, 'x', 1, -1 },
		{ 1005, 'x', 1, -1 },
		{ 1005, 'W', 1, 0 },
		{ 1007, ' ', 1, -1 },
		{ 1012, '0', 1, -1 },
		{ 1013, '-', 1, -1 },
		{ 1013, '9', 1, 0 },
		{ 1023, 'x', 1, -1 },
		{ 1024, 'x', 1, 0 },
		{ 1024, '\\', 1, 0 },
		{ 1024, '\n', 1, -1 },
		{ 1224, 'x', 1, -1 },
		{ 1225, '\n', 1, -1 },
		{ 1225, ' ', 1, -1 },
		{ 1228, '\n', 1, 0 },
		{ 1228, 'x', 0, 0 },
	};
	char t[64], *p;
	struct message_head h;
	struct message_rcpt r;
	size_t i;
	int k, opens;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_clear(&b);
		message_format(&b, "from a\nto c@d\n", 14, 5, NULL);
		p = buf_data(&b);
		k = cases[i].at < 1000
		    ? cases[i].at
		    : cases[i].at - 1000 + MESSAGE_FIRST_LONG + 7;
		p[k] = cases[i].c;
		snprintf(t, sizeof t, "'%c' at %d", cases[i].c, cases[i].at);
		opens = message_open(p, buf_len(&b), &h) == 0;
		is_num(opens, cases[i].opens, t);
		if (!opens)
			continue;
		while ((k = message_rcpt(&h, &r)) == 1)
			;
		is_num(k, cases[i].rcpt, "recipient");
	}
}

static const struct {
	const char *name, *reply, *want;
} replies[] = {
	{ "plain", "4.2.2 mx full", "4.2.2 mx full" },
	{ "empty", "", "" },
	{ "trailing blanks go", "a  ", "a" },
	{ "escapes stay", "a\\tb\\\\", "a\\tb\\\\" },
	{ "a byte by its number", "a\\x1bb\\x7f", "a\\x1bb\\x7f" },
	{ "bad escape", "a\\xb\\", "a?xb?" },
	{ "no number", "a\\x1gb\\x1B", "a?x1gb?x1B" },
	{ "raw bytes", "a\nb\tc\001", "a?b?c?" },
	{ "8 bit stays", "\303\244", "\303\244" },
};

static void
record_cases(void)
{
	char rec[MESSAGE_RECORD_LEN + 1], t[300];
	struct message_head h;
	struct message_rcpt r, w;
	size_t i;

	buf_clear(&b);
	message_format(&b, "from a\nto c@d X=y\nto e\n", 23, 5, NULL);
	message_open(buf_data(&b), buf_len(&b), &h);
	message_rcpt(&h, &r);
	ok(r.state == 'Q' && r.mark == '-' && r.tries == 0 && r.next == 0 &&
		r.reply_len == 0,
	    "a fresh recipient");
	is_num(memcmp(buf_data(&b) + r.offset, FRESH, strlen(FRESH)), 0,
	    "as it stands");
	for (i = 0; i < sizeof replies / sizeof replies[0]; i++) {
		w = r;
		w.state = MESSAGE_BOUNCED;
		w.mark = 'W';
		w.tries = 100000 + i;
		w.next = 99999999999 + i;
		w.reply = replies[i].reply;
		w.reply_len = strlen(replies[i].reply);
		rec[MESSAGE_RECORD_LEN] = '#';
		message_record(rec, &w);
		is_num(rec[MESSAGE_RECORD_LEN], '#', "stays in its room");
		memcpy(buf_data(&b) + r.offset + MESSAGE_TO_STATE, rec,
		    MESSAGE_RECORD_LEN);
		message_open(buf_data(&b), buf_len(&b), &h);
		is_num(message_rcpt(&h, &w), 1, replies[i].name);
		snprintf(t, sizeof t, "%.*s", (int)w.reply_len, w.reply);
		is_str(t, replies[i].want, "reply");
		ok(w.state == 'B' && w.mark == 'W' && w.tries == 99999 &&
			w.next == 9999999999 && w.params_len == 3,
		    "the rest");
		is_num(message_rcpt(&h, &w), 1, "the next is untouched");
		is_num(w.address_len, 1, "address");
	}
	/* the mark, with and without doubt, and an order, which has none */
	for (i = 0; i < 10; i++) {
		w = r;
		w.mark = "-wWkb"[i % 5];
		w.doubt = i / 5;
		message_record(rec, &w);
		is_num(rec[MESSAGE_TO_MARK - MESSAGE_TO_STATE], "-wWkb?vVkb"[i],
		    "mark");
		memcpy(buf_data(&b) + r.offset + MESSAGE_TO_STATE, rec,
		    MESSAGE_RECORD_LEN);
		message_open(buf_data(&b), buf_len(&b), &h);
		is_num(message_rcpt(&h, &w), 1, "is read");
		ok(w.mark == "-wWkb"[i % 5] &&
			w.doubt == (char)(i / 5 && i % 5 < 3),
		    "as it was");
	}
	buf_data(&b)[r.offset + MESSAGE_TO_MARK] = 'x';
	message_open(buf_data(&b), buf_len(&b), &h);
	is_num(message_rcpt(&h, &w), -1, "no mark");
	buf_data(&b)[r.offset + MESSAGE_TO_MARK] = '-';
	/* the limit of the reply and one above, also inside an escape */
	for (i = MESSAGE_REPLY_LEN - 2; i <= MESSAGE_REPLY_LEN + 1; i++) {
		memset(t, 'r', sizeof t);
		memcpy(t + i, "\\n", 2);
		w = r;
		w.reply = t;
		w.reply_len = i + 2;
		message_record(rec, &w);
		is_num(rec[MESSAGE_RECORD_LEN - 1],
		    i == MESSAGE_REPLY_LEN - 2       ? 'n'
			: i == MESSAGE_REPLY_LEN - 1 ? ' '
						     : 'r',
		    "last byte of the reply");
		memcpy(t + i - 1, "\\x1b", 4);
		w.reply_len = i + 3;
		message_record(rec, &w);
		is_num(rec[MESSAGE_RECORD_LEN - 1],
		    i == MESSAGE_REPLY_LEN + 1 ? 'r' : ' ',
		    "none of it, as it has no room");
	}
}

/* files of an older version have no checksum; what the others have one of */
static void
sum_cases(void)
{
	static const char id[] = "0123456789abcdefghij";
	struct message_head h;
	struct message_rcpt r;
	struct buf old = { 0 };
	char rec[MESSAGE_RECORD_LEN], *p;
	uint32_t sum;
	size_t i, n, same = 0;

	buf_clear(&b);
	message_format(&b, "from a\nx y\nto c@d X=y\nto e\n", 27, 5, NULL);
	p = buf_data(&b);
	n = buf_len(&b);
	message_open(p, n, &h);
	is_num(h.has_sum, 0, "none yet");
	sum = message_sum_head(p, n);
	message_sum_put(p + MESSAGE_SUM_AT, message_sum_id(sum, id));
	is_num(message_open(p, n, &h), 0, "opens");
	ok(h.has_sum && h.sum == message_sum_id(sum, id), "as it was put");
	ok(message_sum_id(sum, "0123456789abcdefghik") != h.sum,
	    "another id, another sum");
	/* every byte counts but those of the sum and of the records */
	message_rcpt(&h, &r);
	for (i = 0; i < n; i++) {
		p[i] ^= 1;
		same += message_sum_head(p, n) == sum;
		p[i] ^= 1;
	}
	is_num(same, MESSAGE_SUM_DIGITS + 2 * MESSAGE_RECORD_LEN,
	    "what does not count");
	r.state = MESSAGE_SENT;
	r.tries = 99999;
	message_record(rec, &r);
	memcpy(p + r.offset + MESSAGE_TO_STATE, rec, sizeof rec);
	is_num(message_sum_head(p, n), sum, "a record does not");
	for (i = 0; i < MESSAGE_FIRST_LONG; i++)
		if (message_sizes(p, i, &h) != -1 || !message_cut(p, i))
			break;
	is_num(i, MESSAGE_FIRST_LONG, "no shorter start of it is one");
	p[MESSAGE_SUM_AT + 3] = 'g';
	is_num(message_sizes(p, n, &h), -1, "no digit");

	buf_printf(&old, "rohrpost 1 %010d %015d %07d\nfrom a\n",
	    MESSAGE_FIRST_LEN + 7 + MESSAGE_TO_FIXED + 13, 5, 1);
	buf_printf(&old, "to Q - 00000 0000000000 %*s b@c.example\n\n",
	    MESSAGE_REPLY_LEN, "");
	p = buf_data(&old);
	is_num(message_open(p, buf_len(&old), &h), 0, "one of old");
	ok(!h.has_sum && h.n_rcpt == 1, "has none");
	is_num(message_rcpt(&h, &r), 1, "its recipient");
	is_num(message_cut(p, MESSAGE_FIRST_LEN), 0, "its first line is whole");
	is_num(message_cut("x", 1), 1, "a byte");
	buf_free(&old);
}

static void
limit_cases(void)
{
	struct buf env = { 0 };
	struct message_head h;
	struct message_rcpt r;
	unsigned i;

	buf_puts(&env, "from a\n");
	for (i = 0; i < MESSAGE_RCPTS_MAX; i++)
		buf_printf(&env, "to %u@example.org\n", i);
	buf_clear(&b);
	is_num(message_format(&b, buf_data(&env), buf_len(&env), 5, NULL), 0,
	    "MESSAGE_RCPTS_MAX recipients");
	message_open(buf_data(&b), buf_len(&b), &h);
	for (i = 0; message_rcpt(&h, &r) == 1; i++)
		;
	is_num(i, MESSAGE_RCPTS_MAX, "all there");
	buf_puts(&env, "to b\n");
	buf_clear(&b);
	is_num(message_format(&b, buf_data(&env), buf_len(&env), 5, NULL), -1,
	    "one more");
	buf_free(&env);
	for (i = 0; i < 2; i++) {
		buf_puts(&env, "from a\nto b\n");
		while (buf_len(&env) + 4096 <= PARCEL_ENVELOPE_MAX)
			buf_printf(&env, "x %4093d\n", 1);
		buf_printf(&env, "x %*d\n",
		    (int)(PARCEL_ENVELOPE_MAX - buf_len(&env) - 3 + i), 1);
		is_num(message_format(&b, buf_data(&env), buf_len(&env), 5,
			   NULL),
		    i == 0 ? 0 : -1, "PARCEL_ENVELOPE_MAX");
		buf_clear(&b);
		buf_free(&env);
	}
	is_num(message_format(&b, "from\nto b\n", 10, 999999999999999, NULL), 0,
	    "largest size");
	buf_clear(&b);
	is_num(message_format(&b, "from\nto b\n", 10, 1000000000000000, NULL),
	    -1, "one more");
}

int
main(void)
{
	const char *s;

	format_cases();
	damage_cases();
	record_cases();
	sum_cases();
	limit_cases();
	for (s = "SbxKs"; *s != '\0'; s++)
		ok(message_final(*s) && !message_owes(*s), "final");
	for (s = "BXRDE"; *s != '\0'; s++)
		ok(!message_final(*s) && message_owes(*s), "a report owed");
	for (s = "QH"; *s != '\0'; s++)
		ok(!message_final(*s) && !message_owes(*s), "not final");
	for (s = "SRDEs"; *s != '\0'; s++)
		ok(message_sent(*s) && message_state_known(*s), "sent");
	for (s = "QHBbXxK"; *s != '\0'; s++)
		ok(!message_sent(*s) && message_state_known(*s), "not sent");
	ok(!message_state_known('\0') && !message_state_known('q'), "no state");
	buf_free(&b);
	return done();
}
