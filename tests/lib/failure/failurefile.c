/* the file classes: its lines, and what is wrong with them */
#include "failure/failurefile.h"
#include "memlookup.h"
#include "tap.h"

#define NAME "the name of a class has letters, digits and hyphens, at most 32\n"

static const struct {
	const char *text, *faults;
} lines[] = {
	{ "", "" },
	{ "# policy\n\npolicy text: a | b\n", "" },
	{ "unknown-user hard host:.example.org,mx.example.net esc:*.1.1,5.1.* "
	  "code:550,55x,5xx phase:rcpt,none event:bounced text: a",
	    "" },
	{ "ours soft text:a|b", "" },
	{ "phase=rcpt text: in reply to", "" },
	{ "hard for:policy,blocked", "" },
	{ "policy", "" },
	{ "ours", "1 a class of your own: say hard or soft behind it\n" },
	{ "Policy", "1 " NAME },
	{ "a.very.long.name.of.more.than.32b soft", "1 " NAME },
	{ "policy maybe",
	    "1 unknown word; host: esc: phase: event: code: for: "
	    "and text: may stand here\n" },
	{ "policy soft hard",
	    "1 unknown word; host: esc: phase: event: "
	    "code: for: and text: may stand here\n" },
	{ "hard", "1 hard and soft by themselves want for:\n" },
	{ "policy for:blocked", "1 for: stands behind hard or soft alone\n" },
	{ "hard for:policy text: a", "1 for: and text: do not go together\n" },
	{ "phase=rcpt code:550", "1 phase= wants text:\n" },
	{ "phase=R text: a", "1 not the name of a phase\n" },
	{ "policy esc:5.1",
	    "1 esc: wants codes as 5.1.1, 5.1.*, *.1.1, *.1.* "
	    "or 5.*.*\n" },
	{ "policy esc:5.*.1",
	    "1 esc: wants codes as 5.1.1, 5.1.*, *.1.1, "
	    "*.1.* or 5.*.*\n" },
	{ "policy esc:*.*.*",
	    "1 esc: wants codes as 5.1.1, 5.1.*, *.1.1, "
	    "*.1.* or 5.*.*\n" },
	{ "policy esc:5.1.1234",
	    "1 esc: wants codes as 5.1.1, 5.1.*, *.1.1, "
	    "*.1.* or 5.*.*\n" },
	{ "policy code:5", "1 code: wants codes as 550, 55x or 5xx\n" },
	{ "policy code:5x0", "1 code: wants codes as 550, 55x or 5xx\n" },
	{ "policy host:A", "1 host: wants names in lower case, or .name\n" },
	{ "policy host:a,,b", "1 host: wants names in lower case, or .name\n" },
	{ "policy code:550 code:551",
	    "1 a condition stands twice; its values are joined by ,\n" },
	{ "policy text:", "1 a phrase has at least one whole word\n" },
	{ "policy text: a |", "1 a phrase has at least one whole word\n" },
	{ "version 2", "1 version stands once, in the shipped lines\n" },
};

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

/* lines with one word in common, as many as there may be and one more */
static void
key_limit(void)
{
	static char text[(FAILURE_KEY_MAX + 1) * 32];
	struct memtable t;
	size_t i, n = 0;

	for (i = 0; i < FAILURE_KEY_MAX; i++)
		n += (size_t)sprintf(text + n, "policy text: zzzz %zu\n", i);
	memtable_make(&t, &conffile_classes, text);
	is_str(buf_data(&t.faults), "", "lines at the limit");
	memtable_free(&t);
	strcpy(text + n, "policy text: zzzz\n");
	memtable_make(&t, &conffile_classes, text);
	is_str(buf_data(&t.faults),
	    "0 more than 10000 lines with the same conditions\n", "one above");
	memtable_free(&t);
}

static void
class_limit(void)
{
	struct memtable t;

	memtable_make(&t, &conffile_classes,
	    "abcdefghijklmnopqrstuvwxyz-01234 soft text: a\n");
	is_str(buf_data(&t.faults), "", "32 bytes of a name");
	memtable_free(&t);
	memtable_make(&t, &conffile_classes,
	    "abcdefghijklmnopqrstuvwxyz-012345 soft text: a\n");
	is_str(buf_data(&t.faults), "1 " NAME, "33 are too many");
	memtable_free(&t);
}

int
main(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_classes, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		memtable_free(&t);
	}
	key_limit();
	class_limit();
	is_num(failure_class_hard(slice("unknown-user")), 1, "hard");
	is_num(failure_class_hard(slice("other")), 0, "soft");
	is_num(failure_class_hard(slice("ours")), -1, "not ours");
	return done();
}
