#include "bounce/report.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/rohrpost-report.XXXXXX";

static void
put_file(const char *env, const char *message)
{
	struct buf head = { 0 };
	FILE *f = fopen(path, "w");

	if (f == NULL ||
	    message_format(&head, env, strlen(env), strlen(message), NULL) ==
		-1 ||
	    fwrite(buf_data(&head), 1, buf_len(&head), f) != buf_len(&head) ||
	    fputs(message, f) == EOF || fclose(f) != 0)
		exit(111);
	buf_free(&head);
}

/* of the first recipient */
static void
put_state(enum message_state state, const char *reply)
{
	char head[2048], record[MESSAGE_RECORD_LEN], *to;
	FILE *f = fopen(path, "r+");
	struct message_rcpt m = { .state = state,
		.mark = '-',
		.reply = reply,
		.reply_len = strlen(reply) };
	size_t n = f == NULL ? 0 : fread(head, 1, sizeof head - 1, f);

	head[n] = '\0';
	to = strstr(head, "\nto ");
	message_record(record, &m);
	if (to == NULL ||
	    fseek(f, to + 1 - head + MESSAGE_TO_STATE, SEEK_SET) == -1 ||
	    fwrite(record, 1, sizeof record, f) != sizeof record ||
	    fclose(f) != 0)
		exit(111);
}

#define TWO "from a@b\nto c@d\nto e@f NOTIFY=NEVER\n"
#define MAIL "Subject: s\nMessage-ID: <i@x>\n\nbody\n"

static const struct {
	const char *env, *message, *list;
	enum dsn_action action;
	uint64_t max;
	enum report_verdict verdict;
	size_t n;         /* recipients it tells of */
	size_t len;       /* of the file's part */
	const char *kept; /* lines that the report takes over */
} cases[] = {
	{ TWO, MAIL, "0", DSN_FAILED, 999, REPORT_MAKE, 1, 35, NULL },
	{ TWO, MAIL, "0,1", DSN_FAILED, 999, REPORT_MAKE, 1, 35, NULL },
	{ TWO, MAIL, "1", DSN_FAILED, 999, REPORT_DROP, 0, 0, NULL },
	{ TWO, MAIL, "2", DSN_FAILED, 999, REPORT_LATER, 0, 0, NULL },
	{ TWO, MAIL, "", DSN_FAILED, 999, REPORT_LATER, 0, 0, NULL },
	{ TWO, MAIL, "0,", DSN_FAILED, 999, REPORT_LATER, 0, 0, NULL },
	{ TWO, MAIL, "0", DSN_FAILED, 35, REPORT_MAKE, 1, 35, NULL },
	{ TWO, MAIL, "0", DSN_FAILED, 34, REPORT_MAKE, 1, 0, NULL },
	{ TWO, MAIL, "0", DSN_DELAYED, 999, REPORT_MAKE, 1, 0, NULL },
	{ TWO, "List-Id: x\n\n", "0", DSN_DELAYED, 999, REPORT_DROP, 1, 0,
	    NULL },
	{ TWO, MAIL, "0", DSN_DELIVERED, 999, REPORT_DROP, 0, 0, NULL },
	{ TWO "ret HDRS\n", MAIL, "0", DSN_FAILED, 999, REPORT_MAKE, 1, 0,
	    NULL },
	{ TWO, "a\r\n", "0", DSN_FAILED, 999, REPORT_MAKE, 1, 0, NULL },
	{ TWO, "", "0", DSN_FAILED, 999, REPORT_MAKE, 1, 0, NULL },
	{ "from\nto c@d\n", MAIL, "0", DSN_FAILED, 999, REPORT_DROP, 0, 0,
	    NULL },
	{ TWO "requiretls 1\n", MAIL, "0", DSN_FAILED, 999, REPORT_MAKE, 1, 0,
	    "requiretls 1\n" },
	{ TWO "tenant t\nprio 3\nmt-priority -2\ntls-optional 1\n"
	      "deliver-by 3 R\nexpire 3\nhold-until 2\n",
	    MAIL, "0", DSN_FAILED, 999, REPORT_MAKE, 1, 35,
	    "tenant t\nprio 3\nmt-priority -2\n" },
};

/* who asked for delivery by a time; now is 1790000000 */
#define BY "from a@b\nto c@d\ndeliver-by "
#define FAILS BY "1790000000 R\n"
static const struct {
	const char *env, *message;
	enum dsn_action action;
	enum message_state state;
	enum report_verdict verdict;
	const char *status;
} times[] = {
	{ FAILS, MAIL, DSN_FAILED, 'X', REPORT_MAKE, "5.4.7" },
	{ BY "1790000001 R\n", MAIL, DSN_FAILED, 'X', REPORT_MAKE, "4.4.2" },
	{ FAILS, MAIL, DSN_FAILED, 'B', REPORT_MAKE, "4.4.2" },
	{ BY "1790000000 N\n", MAIL, DSN_DELAYED, 'Q', REPORT_MAKE, "4.4.7" },
	{ BY "1790000001 N\n", MAIL, DSN_DELAYED, 'Q', REPORT_MAKE, "4.4.2" },
	{ BY "1790000000 N\n", "List-Id: x\n\n", DSN_DELAYED, 'Q', REPORT_MAKE,
	    "4.4.7" },
	{ BY "1790000001 N\n", "List-Id: x\n\n", DSN_DELAYED, 'Q', REPORT_DROP,
	    NULL },
	{ "from a@b\nto c@d NOTIFY=NEVER\ndeliver-by 1790000000 N\n", MAIL,
	    DSN_DELAYED, 'Q', REPORT_DROP, NULL },
	{ BY "1790000009 N\n", MAIL, DSN_RELAYED, 'R', REPORT_MAKE, "2.0.0" },
	{ BY "1790000009 RT\n", MAIL, DSN_RELAYED, 'R', REPORT_MAKE, "2.0.0" },
	{ BY "1790000009 R\n", MAIL, DSN_RELAYED, 'R', REPORT_DROP, NULL },
	{ BY "1790000009 RT\n", MAIL, DSN_DELIVERED, 'D', REPORT_DROP, NULL },
	{ "from a@b\nto c@d NOTIFY=FAILURE\ndeliver-by 1790000009 RT\n", MAIL,
	    DSN_RELAYED, 'R', REPORT_MAKE, "2.0.0" },
	{ "from a@b\nto c@d NOTIFY=NEVER\ndeliver-by 1790000009 RT\n", MAIL,
	    DSN_RELAYED, 'R', REPORT_DROP, NULL },
};

static void
by_time(size_t i)
{
	static const char reply[] = "4.4.2 mx busy";
	struct report_ask a = { .path = path,
		.me = "me.example",
		.list = "0",
		.list_len = 1,
		.action = times[i].action,
		.name = "0123456789abcdef01234567",
		.original_max = 999,
		.now = 1790000000 };
	struct buf env = { 0 }, before = { 0 }, after = { 0 };
	struct report r;
	const char *why;
	uint64_t off, len;
	char status[40];

	put_file(times[i].env, times[i].message);
	put_state(times[i].state, reply);
	is_num(report_read(&r, &a, &why), times[i].verdict, times[i].env);
	if (times[i].status != NULL) {
		report_parcel(&r, &env, &before, &off, &len, &after);
		buf_putc(&before, '\0');
		snprintf(status, sizeof status, "\nStatus: %s\n",
		    times[i].status);
		ok(strstr(buf_data(&before), status) != NULL, times[i].status);
	}
	report_free(&r);
	buf_free(&env);
	buf_free(&before);
	buf_free(&after);
}

/* our own people hear what they asked for, in the forms that an envelope may
 * have */
static void
held(void)
{
	static const struct {
		const char *line;
		int64_t want;
	} forms[] = {
		{ "hold-until 1790000001\n", 1790000001 },
		{ "hold-until 1790000001.25\n", 1790000001 },
		{ "hold-until 1790000001.123456\n", 1790000001 },
		{ "", 0 },
	};
	struct report_ask a = { .path = path,
		.me = "me.example",
		.list = "0",
		.list_len = 1,
		.action = DSN_FAILED,
		.name = "0123456789abcdef01234567",
		.original_max = 999,
		.now = 1790000000 };
	struct report r;
	const char *why;
	char env[128];
	size_t i;

	for (i = 0; i < sizeof forms / sizeof *forms; i++) {
		snprintf(env, sizeof env, "from a@b\norigin inside\n%sto c@d\n",
		    forms[i].line);
		put_file(env, MAIL);
		is_num(report_read(&r, &a, &why), REPORT_MAKE, env);
		is_num(r.out.d.held, forms[i].want, "held");
		report_free(&r);
	}
}

/* queue-run knows that the clock was a day ahead when it came */
static void
born_later(void)
{
	struct report_ask a = { .path = path,
		.me = "me.example",
		.list = "0",
		.list_len = 1,
		.action = DSN_DELAYED,
		.name = "0123456789abcdef01234567",
		.original_max = 999,
		.birth = 1789999000,
		.now = 1790000000 };
	struct report r;
	const char *why;

	put_file("from a@b\ntime 1790085400.5\n"
		 "deliver-by 1790086400 N\nto c@d\n",
	    "List-Id: x\n\n");
	is_num(report_read(&r, &a, &why), REPORT_MAKE, "it is late");
	is_num(r.out.d.arrival, 1789999000, "it came when it came");
	is_num(r.out.d.deliver_by, 1790000000, "it was to be there now");
	report_free(&r);
}

static const char *
want(const char *kept)
{
	static char env[256];

	snprintf(env, sizeof env, "from\nto a@b\nproto local\n%s",
	    kept == NULL ? "" : kept);
	return env;
}

int
main(void)
{
	static const char *const names[] = { "failed", "delayed", "relayed",
		"delivered", "expanded" };
	struct report_ask a = { .path = path,
		.me = "me.example",
		.name = "0123456789abcdef01234567",
		.now = 1790000000 };
	struct buf env = { 0 }, before = { 0 }, after = { 0 };
	struct report r;
	const char *why;
	uint64_t off, len;
	size_t i;
	int fd = mkstemp(path);

	close(fd);
	for (i = 0; i < 5; i++)
		is_num(report_action(names[i], strlen(names[i])), i, names[i]);
	is_num(report_action("fail", 4), -1, "no kind");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		put_file(cases[i].env, cases[i].message);
		a.action = cases[i].action;
		a.list = cases[i].list;
		a.list_len = strlen(cases[i].list);
		a.original_max = cases[i].max;
		is_num(report_read(&r, &a, &why), cases[i].verdict, "verdict");
		is_num(r.n, cases[i].n, "recipients");
		ok((why == NULL) == (cases[i].verdict == REPORT_MAKE),
		    "reason");
		if (cases[i].verdict == REPORT_MAKE) {
			is_num(report_parcel(&r, &env, &before, &off, &len,
				   &after),
			    0, "parcel");
			is_num(len, cases[i].len, "the file's part");
			buf_putc(&env, '\0');
			is_str(buf_data(&env), want(cases[i].kept), "envelope");
			buf_putc(&before, '\0');
			ok(strstr(buf_data(&before), "\nAction: ") != NULL,
			    "report");
			buf_putc(&after, '\0');
			is_str(buf_data(&after),
			    "\n--=_report_0123456789abcdef01234567--\n", "end");
		}
		buf_free(&env);
		buf_free(&before);
		buf_free(&after);
		report_free(&r);
	}
	for (i = 0; i < sizeof times / sizeof *times; i++)
		by_time(i);
	held();
	born_later();
	unlink(path);
	is_num(report_read(&r, &a, &why), REPORT_LATER, "no file");
	report_free(&r);
	return done();
}
