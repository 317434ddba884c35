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

#define TWO "from a@b\nto c@d\nto e@f NOTIFY=NEVER\n"
#define MAIL "Subject: s\nMessage-ID: <i@x>\n\nbody\n"

static const struct {
	const char *env, *message, *list;
	enum dsn_action action;
	uint64_t max;
	enum report_verdict verdict;
	size_t n;   /* recipients it tells of */
	size_t len; /* of the file's part */
} cases[] = {
	{ TWO, MAIL, "0", DSN_FAILED, 999, REPORT_MAKE, 1, 35 },
	{ TWO, MAIL, "0,1", DSN_FAILED, 999, REPORT_MAKE, 1, 35 },
	{ TWO, MAIL, "1", DSN_FAILED, 999, REPORT_DROP, 0, 0 },
	{ TWO, MAIL, "2", DSN_FAILED, 999, REPORT_LATER, 0, 0 },
	{ TWO, MAIL, "", DSN_FAILED, 999, REPORT_LATER, 0, 0 },
	{ TWO, MAIL, "0,", DSN_FAILED, 999, REPORT_LATER, 0, 0 },
	{ TWO, MAIL, "0", DSN_FAILED, 35, REPORT_MAKE, 1, 35 },
	{ TWO, MAIL, "0", DSN_FAILED, 34, REPORT_MAKE, 1, 0 },
	{ TWO, MAIL, "0", DSN_DELAYED, 999, REPORT_MAKE, 1, 0 },
	{ TWO, "List-Id: x\n\n", "0", DSN_DELAYED, 999, REPORT_DROP, 1, 0 },
	{ TWO, MAIL, "0", DSN_DELIVERED, 999, REPORT_DROP, 0, 0 },
	{ TWO "ret HDRS\n", MAIL, "0", DSN_FAILED, 999, REPORT_MAKE, 1, 0 },
	{ TWO, "a\r\n", "0", DSN_FAILED, 999, REPORT_MAKE, 1, 0 },
	{ TWO, "", "0", DSN_FAILED, 999, REPORT_MAKE, 1, 0 },
	{ "from\nto c@d\n", MAIL, "0", DSN_FAILED, 999, REPORT_DROP, 0, 0 },
};

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
			is_str(buf_data(&env), "from\nto a@b\nproto local\n",
			    "envelope");
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
	unlink(path);
	is_num(report_read(&r, &a, &why), REPORT_LATER, "no file");
	report_free(&r);
	return done();
}
