#include "queue/result.h"
#include "queue/name.h"
#include "tap.h"

#define ID "id:1j0qcho4p7000000011c"

static const struct {
	const char *line;
	int good; /* then the rest holds */
	unsigned n;
	enum result_status status;
	long long next;
	unsigned room;
	int doubt;
	const char *site, *reply;
} cases[] = {
	{ ID "\tn:0\tstatus:sent", 1, 0, RESULT_SENT, 0, RESULT_ROOM_NONE, 0,
	    "", "2.0.0 - " },
	{ ID "\tn:7\tstatus:bounced\tesc:5.1.1\thost:mx\ttext:no\\tsuch", 1, 7,
	    RESULT_BOUNCED, 0, RESULT_ROOM_NONE, 0, "", "5.1.1 mx no\\tsuch" },
	{ ID "\tn:7\tstatus:bounced", 1, 7, RESULT_BOUNCED, 0, RESULT_ROOM_NONE,
	    0, "", "5.0.0 - " },
	{ "status:later\tn:99999\t" ID "\tsite:s\troom:0\tnext:12.5", 1, 99999,
	    RESULT_LATER, 12500, 0, 0, "s", "4.0.0 - " },
	{ ID "\tn:1\tstatus:deferred\tdoubt:1\tnext:soon\troom:-1\tsite:", 1, 1,
	    RESULT_DEFERRED, 0, RESULT_ROOM_NONE, 1, "", "4.0.0 - " },
	{ ID "\tn:3\tstatus:sending", 1, 3, RESULT_SENDING, 0, RESULT_ROOM_NONE,
	    0, "", "4.0.0 - " },
	{ ID "\tn:1\tstatus:deferred\tdoubt:0\troom:4294967294", 1, 1,
	    RESULT_DEFERRED, 0, 4294967294u, 0, "", "4.0.0 - " },
	{ ID "\tn:1\tstatus:deferred\troom:4294967295", 1, 1, RESULT_DEFERRED,
	    0, RESULT_ROOM_NONE, 0, "", "4.0.0 - " },
	{ ID "\tn:100000\tstatus:sent", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ ID "\tn:-1\tstatus:sent", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ ID "\tn:0\tstatus:Sent", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ ID "\tn:0", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ ID "\tstatus:sent", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ "id:short\tn:0\tstatus:sent", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ "n:0\tstatus:sent", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ ID "\tn:0\tstatus:sent\ttext:\\x", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ "250 ok", 0, 0, 0, 0, 0, 0, NULL, NULL },
	{ "", 0, 0, 0, 0, 0, 0, NULL, NULL },
};

/* which report the sender wants of what was sent */
static void
success(void)
{
	static const struct {
		const char *fields;
		enum message_state state;
	} of[] = { { "", MESSAGE_SENT }, { "\tdsn:", MESSAGE_SENT },
		{ "\tdsn:relayed", MESSAGE_RELAYED },
		{ "\tdsn:delivered", MESSAGE_DELIVERED },
		{ "\tdsn:expanded", MESSAGE_EXPANDED },
		{ "\tdsn:Relayed", MESSAGE_SENT },
		{ "\tdsn:failed", MESSAGE_SENT } };
	struct result r;
	char line[100];
	unsigned i;
	int k;

	for (i = 0; i < sizeof of / sizeof *of; i++) {
		k = snprintf(line, sizeof line, ID "\tn:0\tstatus:sent%s\n",
		    of[i].fields);
		result_parse(line, k, &r);
		is_num(result_success(&r), of[i].state, line);
	}
}

/* of which no report is made */
static void
quiet(void)
{
	static const char *const lines[] = { ID "\tn:0\tstatus:bounced",
		ID "\tn:0\tstatus:bounced\treport:yes",
		ID "\tn:0\tstatus:bounced\treport:no" };
	struct result r;
	unsigned i;

	for (i = 0; i < 3; i++) {
		is_num(result_parse(lines[i], strlen(lines[i]), &r), 0,
		    "a result");
		is_num(r.quiet, i == 2, lines[i]);
	}
}

int
main(void)
{
	struct buf reply = { 0 };
	char line[400], got[100];
	struct result r;
	unsigned i;
	int k;

	success();
	is_num(result_again("again:1\n", 8), 1, "ask again");
	is_num(result_again("again:1\tx:y\n", 12), 1, "with a label more");
	is_num(result_again("again:12\n", 9), 0, "something else");
	is_num(result_again("again:1", 7), 0, "no line");
	is_num(result_again("id:1\tagain:1\n", 13), 0, "a result");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		k = snprintf(line, sizeof line, "%s\n", cases[i].line);
		if (!is_num(result_parse(line, k, &r), cases[i].good ? 0 : -1,
			cases[i].line) ||
		    !cases[i].good)
			continue;
		ok(memcmp(r.id, "1j0qcho4p7000000011c", NAME_LEN) == 0 &&
			r.n == cases[i].n && r.status == cases[i].status &&
			r.next_ms == cases[i].next && r.room == cases[i].room &&
			r.doubt == cases[i].doubt,
		    "its fields");
		snprintf(got, sizeof got, "%.*s",
		    r.site == NULL ? 0 : (int)r.site->value_len,
		    r.site == NULL ? "" : r.site->value);
		is_str(got, cases[i].site, "its site");
		result_reply(&r, &reply);
		buf_putc(&reply, '\0');
		is_str(buf_data(&reply), cases[i].reply, "its reply");
	}
	memset(line, 'x', sizeof line);
	k = snprintf(line, sizeof line, ID "\tn:0\tstatus:sent\tsite:");
	line[k] = 'x';
	line[k + 255] = '\n';
	result_parse(line, k + 256, &r);
	ok(r.site != NULL, "a site name of 255 bytes");
	line[k + 255] = 'x';
	line[k + 256] = '\n';
	result_parse(line, k + 257, &r);
	ok(r.site == NULL, "one of 256 is none");
	buf_free(&reply);
	quiet();
	return done();
}
