#include "milter/milterstep.h"
#include "tap.h"

/* A message is told to a milter that answers by a script: what is said, as
 * text, and how it ends. */

static const char *body_text;
static size_t piece; /* at most so many bytes of the body at once */

static long
body(void *arg, uint64_t at, const char **p)
{
	size_t n = strlen(body_text);

	(void)arg;
	*p = body_text + at;
	n -= at;
	return (long)(piece > 0 && n > piece ? piece : n);
}

static struct buf env, header;
static struct milterterms terms;
static struct miltermail mail;
static struct milterstep s;

static void
begin(const char *e, const char *h, const char *b)
{
	buf_clear(&env);
	buf_clear(&header);
	buf_puts(&env, e);
	buf_puts(&header, h);
	body_text = b;
	miltermail_free(&mail);
	memset(&mail, 0, sizeof mail);
	mail = (struct miltermail){ .me = "me",
		.daemon = "d",
		.env = &env,
		.header = &header,
		.size = 100,
		.body = body };
	miltermail_make(&mail);
	milterstep_free(&s);
	memset(&s, 0, sizeof s);
	s.terms = &terms;
	s.mail = &mail;
}

/* the packets in b: a letter and its data, NUL as |, CR as ^, LF as $; macros
 * by their letters alone */
static void
show(struct buf *b, char *out, size_t cap)
{
	struct milterpacket k;
	size_t n = strlen(out), i;
	long used;

	while ((used = milterpacket_get(buf_data(b), buf_len(b), &k)) > 0) {
		n += (size_t)snprintf(out + n, cap - n, " %c", k.what);
		for (i = 0; i < k.len && (k.what != 'D' || i == 0); i++)
			out[n++] = k.data[i] == '\0' ? '|'
			    : k.data[i] == '\n'      ? '$'
			    : k.data[i] == '\r'      ? '^'
						     : k.data[i];
		out[n] = '\0';
		buf_consume(b, (size_t)used);
	}
}

static struct milterreply
reply(char what)
{
	struct milterreply r = {
		.what = (enum milterreply_what)what, .name = "", .value = ""
	};

	return r;
}

/* answers to each question in turn: letters, the last for all that follow; . is
 * continue.  The last way it came back */
static enum milterstep_end
tell(const char *answers, char *out, size_t cap)
{
	enum milterstep_end end = MILTERSTEP_GO_ON;
	struct buf b = { 0 };
	struct milterreply r;
	int want;

	out[0] = '\0';
	while (end == MILTERSTEP_GO_ON) {
		do
			want = milterstep_say(&s, &b, 1);
		while (want == MILTERSTEP_ROOM && (show(&b, out, cap), 1));
		show(&b, out, cap);
		r = reply(*answers == '.' ? 'c' : *answers);
		r.value = "550 5.1.1 no such user";
		end = milterstep_answer(&s, &r);
		if (answers[1] != '\0')
			answers++;
	}
	buf_free(&b);
	return end;
}

static const char env1[] = "from a@b\nto c@d NOTIFY=NEVER\nto e@f\n"
			   "client 192.0.2.1\nport 259\nhelo h\nproto ESMTP\n"
			   "body 8bit\n";
static const char header1[] = "Received: us\nX:  1\nno field\nY:2\n 3\n";

static void
order(void)
{
	char out[1000];

	terms = (struct milterterms){
		.version = 6, .actions = 0x1ff, .data_max = 65535
	};
	begin(env1, header1, "x\ny\n");
	is_num(tell(".", out, sizeof out), MILTERSTEP_PASS, "it passes");
	is_str(out,
	    " DC Cunknown|4\1\003192.0.2.1| Hh| DM "
	    "M<a@b>|SIZE=100|BODY=8BITMIME| DR R<c@d>|NOTIFY=NEVER| DR R<e@f>| "
	    "T LX| 1| LY|2$ 3| N Bx^$y^$ E",
	    "all steps");
	terms.steps = 0x7f | MILTER_NO_DATA;
	begin(env1, header1, "x\ny\n");
	is_num(tell(".", out, sizeof out), MILTERSTEP_PASS, "it passes");
	is_str(out, " DC DM E", "no steps but the end");
	terms.steps = MILTER_LEADING_SPACE | MILTER_NO_CONNECT |
	    MILTER_NO_HELO | MILTER_NO_MAIL | MILTER_NO_RCPT;
	terms.version = 2;
	begin("", "X:  1\nY:\t2\nZ:\n", "");
	tell(".", out, sizeof out);
	is_str(out, " DC LX|  1| LY|\t2| LZ|| N E",
	    "leading blanks; none knows of DATA");
	terms.steps = 0xfffff & ~0x97f;
	terms.version = 6;
	begin(env1, header1, "x");
	is_num(milterstep_say(&s, &(struct buf){ 0 }, 1), MILTERSTEP_ROOM,
	    "one after the other");
	begin("", "", "");
	terms.steps = 0;
	tell(".", out, sizeof out);
	is_str(out,
	    " DC Clocalhost|4||127.0.0.1| Hlocalhost| M<>|SIZE=100| T N E",
	    "nothing is known");
	begin("client 2001:db8::1\nclient-name x\n", "", "");
	tell("a", out, sizeof out);
	is_str(out, " DC Cx|6||2001:db8::1|", "IPv6");
	begin("client what\n", "", "");
	tell("a", out, sizeof out);
	is_str(out, " DC Cunknown|U", "neither");
}

/* no step is answered but the last: all is said at once */
static void
mute(void)
{
	struct buf b = { 0 };
	char out[1000] = "";
	struct milterreply r = reply('c');

	terms.steps = MILTER_MUTE_CONNECT | MILTER_MUTE_HELO |
	    MILTER_MUTE_MAIL | MILTER_MUTE_RCPT | MILTER_MUTE_DATA |
	    MILTER_MUTE_HEADER | MILTER_MUTE_EOH | MILTER_MUTE_BODY;
	begin("from a@b\nto c@d\n", "X: 1\n", "x\n");
	is_num(milterstep_say(&s, &b, 10000), MILTERSTEP_ANSWER, "all at once");
	show(&b, out, sizeof out);
	is_str(out,
	    " DC Clocalhost|4||127.0.0.1| Hlocalhost| DM M<a@b>|SIZE=100| DR "
	    "R<c@d>| T LX|1| N Bx^$ E",
	    "all steps");
	is_num(milterstep_answer(&s, &r), MILTERSTEP_PASS, "one answer");
	is_num(milterstep_answer(&s, &r), MILTERSTEP_WRONG, "and no more");
	terms.steps = 0;
	buf_free(&b);
}

static void
ends(void)
{
	static const struct {
		const char *answers;
		enum milterstep_end end;
		const char *text, *last;
	} t[] = {
		{ "a", MILTERSTEP_PASS, "", " C" },
		{ "r", MILTERSTEP_PERM, "", " C" },
		{ ".t", MILTERSTEP_TEMP, "", " H" },
		{ "..d", MILTERSTEP_DROP, "", " M" },
		{ "...r", MILTERSTEP_PERM, "5.7.1 <c@d>: refused", " R" },
		{ "...t", MILTERSTEP_TEMP, "4.7.1 <c@d>: refused", " R" },
		{ "....y", MILTERSTEP_PERM, "5.1.1 <e@f>: no such user", " R" },
		{ "...a", MILTERSTEP_PASS, "", " R" },
		{ ".....y", MILTERSTEP_PERM, "5.1.1 no such user", " T" },
		{ "......s", MILTERSTEP_WRONG, "", " L" },
		{ "..h", MILTERSTEP_WRONG, "", " M" },
		{ "..p", MILTERSTEP_STILL, "", " M" },
		{ "..........h", MILTERSTEP_CHANGE, "", " E" },
		{ "..........+", MILTERSTEP_CHANGE, "", " E" },
		{ "..........q", MILTERSTEP_CHANGE, "", " E" },
		{ "..........b", MILTERSTEP_CHANGE, "", " E" },
		{ "..........p", MILTERSTEP_STILL, "", " E" },
		{ "..........a", MILTERSTEP_PASS, "", " E" },
		{ "..........y", MILTERSTEP_PERM, "5.1.1 no such user", " E" },
		{ "..........s", MILTERSTEP_WRONG, "", " E" },
	};
	char out[1000], name[100];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		begin(env1, header1, "x\n");
		snprintf(name, sizeof name, "answers %s", t[i].answers);
		is_num(tell(t[i].answers, out, sizeof out), t[i].end, name);
		is_str(s.text, t[i].text, "its text");
		ok(strstr(out, t[i].last) != NULL, "the step");
	}
	/* a change that was not announced */
	terms.actions = 0x1ff & ~MILTER_MAY_ADD_HEADER;
	begin(env1, header1, "x\n");
	is_num(tell("..........h", out, sizeof out), MILTERSTEP_WRONG,
	    "not announced");
	terms.actions = 0x1ff;
}

/* pieces of the body of any size make packets of one size */
static void
chunks(void)
{
	char text[400], got[1000], whole[1000] = "", *g;
	struct buf b = { 0 };
	struct milterpacket k;
	struct milterreply r = reply('c');
	size_t i, n = 0, longest = 0;
	long used;

	for (i = 0; i < sizeof text - 1; i++)
		text[i] = i % 7 == 3 || i % 11 == 2 ? '\n' : 'x';
	text[i] = '\0';
	for (i = 0, g = whole; text[i] != '\0'; i++) {
		if (text[i] == '\n')
			*g++ = '\r';
		*g++ = text[i];
	}
	*g = '\0';
	terms.data_max = 10;
	terms.steps = 0x6f | MILTER_NO_DATA;
	for (piece = 0; piece < 30; piece++) {
		begin("", "", text);
		n = 0;
		for (i = 0; i < 200; i++) {
			milterstep_say(&s, &b, 1);
			while ((used = milterpacket_get(buf_data(&b),
				    buf_len(&b), &k)) > 0) {
				if (k.what == 'B') {
					memcpy(got + n, k.data, k.len);
					n += k.len;
					longest =
					    k.len > longest ? k.len : longest;
				}
				buf_consume(&b, (size_t)used);
			}
			if (s.at == MILTERSTEP_OVER)
				break;
			if (s.waiting)
				milterstep_answer(&s, &r);
		}
		got[n] = '\0';
		if (strcmp(got, whole) != 0)
			break;
	}
	is_num((long long)piece, 30, "pieces of any size");
	is_num((long long)longest, 10, "packets of that size");
	piece = 0;
	/* no more of it is wanted */
	terms.steps |= MILTER_CAN_SKIP;
	begin("", "", text);
	tell("s.", got, sizeof got);
	is_str(got + strlen(got) - 2, " E", "skip");
	is_num(strlen(got) < 40, 1, "it is over then");
	/* a field that is longer than a packet */
	terms.steps = 0x5f | MILTER_NO_DATA;
	begin("", "Name: 0123456789\n", "");
	tell(".", got, sizeof got);
	is_str(got, " DC LName|0123| E", "a field is cut");
	terms.data_max = 65535;
	buf_free(&b);
}

int
main(void)
{
	order();
	mute();
	ends();
	chunks();
	milterstep_free(&s);
	miltermail_free(&mail);
	buf_free(&env);
	buf_free(&header);
	return done();
}
