/* what a report reads of the file of its message */
#include "bounce/reportread.h"
#include "reportfile.h"
#include "tap.h"
#include <unistd.h>

#define MAIL "Subject: s\n\nbody\n"

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
		.words = &no_words,
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
		.words = &no_words,
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

/* what was found at the door, and how much is looked at */
static void
found(void)
{
	static char big[REPORT_LOOK_MAX + 2];
	struct report_ask a = { .path = path,
		.me = "me.example",
		.words = &no_words,
		.list = "0",
		.list_len = 1,
		.now = 1790000000 };
	struct report r;
	unsigned n;

	for (n = REPORT_LOOK_MAX; n <= REPORT_LOOK_MAX + 1; n++) {
		memset(big, 'x', n);
		big[n] = '\0';
		put_file("from a@b\nspf softfail\ndmarc none\n"
			 "deliver-by 1790000000 N\nto c@d\n",
		    big);
		memset(&r, 0, sizeof r);
		r.fd = -1;
		r.ask = &a;
		ok(reportread_head(&r) == NULL &&
			reportread_lines(&r) == NULL &&
			reportread_rcpts(&r) == NULL &&
			reportread_start(&r) == NULL,
		    "all of it");
		ok(word_is(r.spf, "softfail") && word_is(r.dmarc, "none"),
		    "what was found");
		is_num(r.n, 1, "a recipient");
		is_num(r.start_len, REPORT_LOOK_MAX, "as much as is looked at");
		is_num(reportread_late(&r), 1, "it is late");
		report_free(&r);
	}
	r.by.mode = '\0';
	is_num(reportread_late(&r), 0, "no time, never late");
}

int
main(void)
{
	int fd = mkstemp(path);

	close(fd);
	held();
	born_later();
	found();
	unlink(path);
	return done();
}
