#include "reportfile.h"
#include "memlookup.h"
#include "tap.h"
#include <unistd.h>

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
		.words = &no_words,
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

/* forged senders, by what the table says, and who gets copies */
#define OUT "from a@b\nspf fail\ndmarc none\n"
static const struct {
	const char *env, *table;
	enum dsn_action action;
	enum report_verdict verdict;
	const char *to, *why, *copies;
} guards[] = {
	{ OUT "to c@d\n", "", DSN_FAILED, REPORT_FORGED, NULL, "spf", "" },
	{ OUT "to c@d NOTIFY=NEVER\n", "", DSN_FAILED, REPORT_DROP, NULL,
	    "the sender wants no report", "" },
	{ OUT "to c@d\n", "", DSN_DELAYED, REPORT_DROP, NULL,
	    "the sender is forged", "" },
	{ OUT "to c@d\n",
	    "forged doublebounce\ncopy double x@y\ncopy failed z@y\n",
	    DSN_FAILED, REPORT_MAKE, "boss@me", NULL, "x@y\n" },
	{ OUT "to c@d\n", "forged doublebounce\n", DSN_DELAYED, REPORT_DROP,
	    NULL, "the sender is forged", "" },
	{ OUT "origin inside\nto c@d\n", "copy failed,delayed x\n", DSN_FAILED,
	    REPORT_MAKE, "a@b", NULL, "x@me.example\n" },
	{ OUT "origin inside\nto c@d\n", "copy failed x\n", DSN_DELAYED,
	    REPORT_MAKE, "a@b", NULL, "" },
	{ OUT "origin inside\nto c@d NOTIFY=SUCCESS\n",
	    "copy failed,delayed,double x\n", DSN_DELIVERED, REPORT_MAKE, "a@b",
	    NULL, "" },
	{ "from a@b\nspf softfail\ndmarc fail\nto c@d\n", "", DSN_FAILED,
	    REPORT_FORGED, NULL, "dmarc", "" },
	{ "from a@b\nspf fail\ndmarc pass\nto c@d\n", "", DSN_FAILED,
	    REPORT_MAKE, "a@b", NULL, "" },
	{ "from\nspf fail\ndmarc fail\nto c@d\n", "", DSN_FAILED, REPORT_MAKE,
	    "boss@me", NULL, "" },
};

static void
guard(size_t i)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_bounces, guards[i].table);
	struct report_ask a = { .path = path,
		.me = "me.example",
		.words = &l,
		.second = "boss@me",
		.list = "0",
		.list_len = 1,
		.action = guards[i].action,
		.name = "0123456789abcdef01234567",
		.now = 1790000000 };
	struct buf to = { 0 }, env = { 0 }, text = { 0 };
	struct report r;
	const char *why;

	put_file(guards[i].env, MAIL);
	is_num(report_read(&r, &a, &why), guards[i].verdict, guards[i].env);
	is_str(why == NULL ? "" : why,
	    guards[i].why == NULL ? "" : guards[i].why, "why");
	if (guards[i].to != NULL) {
		is_str(r.out.d.to, guards[i].to, "whom");
		is_num(report_copies(&r, &to), 0, "copies");
		if (buf_len(&to) > 0) {
			is_num(report_copy(&r, &to, &env, &text), 0, "made");
			ok(buf_len(&env) > 0 && buf_len(&text) > 0, "of it");
		}
		buf_putc(&to, '\0');
		is_str(buf_data(&to), guards[i].copies, "for whom");
	}
	report_free(&r);
	t.broken = 1;
	ok(report_read(&r, &a, &why) == REPORT_LATER ||
		guards[i].verdict == REPORT_DROP,
	    "a damaged table: later");
	report_free(&r);
	memtable_free(&t);
	buf_free(&to);
	buf_free(&env);
	buf_free(&text);
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
		.words = &no_words,
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
	for (i = 0; i < sizeof guards / sizeof *guards; i++)
		guard(i);
	unlink(path);
	is_num(report_read(&r, &a, &why), REPORT_LATER, "no file");
	report_free(&r);
	return done();
}
