/* the file replies: what is wrong in it, its limits, and the shipped lines */
#include "failure/replyfile.h"
#include "failure/condition.h"
#include "memlookup.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *text, *fault;
} bad[] = {
	{ "suspend=1h", "no condition" },
	{ "none key=site code:550", "none stands by itself" },
	{ "code:550 hold", "no action" },
	{ "hold code:550 bounce", "unknown word; actions, then" },
	{ "hold for:policy", "unknown word; actions, then" },
	{ "hold event:bounced", "unknown word; actions, then" },
	{ "hold code:5", "code: wants" },
	{ "hold site:Big", "site: wants" },
	{ "hold provider:Big", "provider: wants" },
	{ "hold via:a/b", "via: wants" },
	{ "hold failure:Full", "failure: wants" },
	{ "hold code:550 code:551", "a condition stands twice" },
	{ "hold text~/a", "text~ wants /RE/" },
	{ "hold text~//", "text~ wants /RE/" },
	{ "hold text~/a/ code:550", "text~ wants /RE/" },
	{ "hold text~/(a/", "not an extended regular expression" },
	{ "hold text~/a{3}/", "has no {N}" },
	{ "hold text~/(a)\\1/", "has no {N}" },
	{ "suspend=1x code:550", "suspend= is a time" },
	{ "version 7", "version stands once" },
};

/* a line with a regular expression of n bytes */
static const char *
regex_of(char out[400], unsigned n)
{
	char *p = out + sprintf(out, "hold text~/");

	memset(p, 'a', n);
	memcpy(p + n, "/", 2);
	return out;
}

static const char *
faults(const char *text)
{
	static struct memtable t;
	static char out[400];

	memtable_make(&t, &conffile_replies, text);
	snprintf(out, sizeof out, "%s", buf_data(&t.faults));
	memtable_free(&t);
	return out;
}

static void
limits(void)
{
	static char text[64 * (REPLYFILE_REGEX_MAX + 1)];
	char line[400], *p = text;
	unsigned i;

	is_str(faults(regex_of(line, CONDITION_REGEX_MAX)), "",
	    "an expression as long as may be");
	ok(strstr(faults(regex_of(line, CONDITION_REGEX_MAX + 1)),
	       "at most 200 bytes") != NULL,
	    "one above");
	for (i = 0; i < REPLYFILE_REGEX_MAX; i++)
		p += sprintf(p, "hold text~/a%u/\n", i);
	is_str(faults(text), "", "as many as may be");
	sprintf(p, "hold text~/b/\n");
	ok(strstr(faults(text), "more than 100 regular expressions") != NULL,
	    "one above");
	snprintf(line, sizeof line, "hold failure:%032d", 0);
	is_str(faults(line), "", "a name as long as may be");
	snprintf(line, sizeof line, "hold failure:%033d", 0);
	ok(strstr(faults(line), "failure: wants") != NULL, "one above");
}

int
main(void)
{
	size_t i;

	is_str(faults(""), "", "the shipped lines have no faults");
	is_str(faults("none\nhold code:5xx esc:5.*.* site:.b provider:c via:D "
		      "phase:rcpt failure:policy host:.e text: a b | c\n"
		      "bounce text~/a b [c]+/\n"),
	    "", "all that may stand in a line");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(strstr(faults(bad[i].text), bad[i].fault) != NULL,
		    bad[i].text);
	limits();
	return done();
}
