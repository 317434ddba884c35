/* the options that callers of sendmails say, and what they mean here */
#include "sendmail/options.h"
#include "tap.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { ARGS = 20 };

static struct sendmail_options o;
static struct envelope envelope = { .me = "me.example" };

/* words of a line; "" for none */
static const char *
parse(const char *line)
{
	static char text[200], *argv[ARGS];
	const char *fault;
	int argc = 0;
	char *p;

	snprintf(text, sizeof text, "%s", line);
	for (p = strtok(text, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	argv[argc] = NULL;
	optind = 0; /* the next command line, for getopt of glibc and musl */
	buf_free(&o.lines);
	sendmail_options_init(&o, 1790000000);
	buf_clear(&envelope.notify);
	fault = sendmail_options_read(&o, &envelope, argc, argv);
	if (fault != NULL)
		is_num(errno, 0, "memory is not out");
	return fault == NULL ? "" : fault;
}

/* all of it, in one line */
static const char *
all(const char *line)
{
	static char out[400];
	const char *fault = parse(line);

	snprintf(out, sizeof out, "%s%c %c%s%s%s%s%s%s%s%s%s%s%s%s %d", fault,
	    o.mode, o.odd_mode, o.take_rcpts ? " t" : "",
	    o.keep_dots ? " i" : "", o.verbose ? " v" : "",
	    o.dir == NULL ? "" : " C=", o.dir == NULL ? "" : o.dir,
	    o.from == NULL ? "" : " f=", o.from == NULL ? "" : o.from,
	    o.name == NULL ? "" : " F=", o.name == NULL ? "" : o.name,
	    o.ret == NULL ? "" : o.ret, o.envid == NULL ? "" : o.envid, o.retry,
	    optind);
	return out;
}

static const struct {
	const char *line, *want; /* then optind */
} cases[] = {
	{ "sendmail", "m m 1" },
	{ "sendmail a@b", "m m 1" },
	{ "sendmail -t -i -v", "m m t i v 4" },
	{ "sendmail -oi -oem -odb -om x", "m m i 5" },
	{ "sendmail -oeq", "m q 2" },
	{ "sendmail -ee", "m e 2" },
	{ "sendmail -f a@b -F me -C d", "m m C=d f=a@b F=me 7" },
	{ "sendmail -ra@b", "m m f=a@b 2" },
	{ "sendmail -bp", "p m 2" },
	{ "sendmail -I", "i m 2" },
	{ "sendmail -q", "q m 2" },
	{ "sendmail -q30m", "q m30m 2" },
	{ "sendmail -qRa.example", "q mRa.example 2" },
	{ "sendmail -R full -V id", "m mFULLid 5" },
	{ "sendmail -RHDRS", "m mHDRS 2" },
	{ "sendmail -B 8bitmime", "m m 3" },
	{ "sendmail -G -U -m -n -x -p esmtp:h -X log -h 5 -L tag", "m m 14" },
	{ "sendmail -t -- -i", "m m t 3" },
	{ "sendmail a -t", "m m 1" },
};

static const struct {
	const char *line, *fault;
} faults[] = {
	{ "sendmail -bx", "-b takes m, p, s, v, i or k" },
	{ "sendmail -bpp", "-b takes m, p, s, v, i or k" },
	{ "sendmail -R some", "-R takes full or hdrs" },
	{ "sendmail -B binary", "-B takes 7BIT or 8BITMIME" },
	{ "sendmail -N perhaps",
	    "-N takes never, or a list of success, failure, delay" },
	{ "sendmail -K", "unknown option, or one without its value" },
	{ "sendmail -f", "unknown option, or one without its value" },
};

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		is_str(all(cases[i].line), cases[i].want, cases[i].line);
	for (i = 0; i < sizeof faults / sizeof faults[0]; i++)
		is_str(parse(faults[i].line), faults[i].fault, faults[i].line);
	is_str(parse("sendmail -N failure,delay"), "", "-N");
	ok(buf_len(&envelope.notify) > 0, "goes into the envelope");
	buf_free(&envelope.notify);
	return done();
}
