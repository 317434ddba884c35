/* the words that are there without a file */
#include "bounce/wording.h"
#include "bounce/wordingkeys.h"
#include "memlookup.h"
#include "tap.h"

/* what is there without a line is what a file might say, and complete */
static void
builtin(const char *name)
{
	struct slice text =
			 wording_builtin((struct slice){ name, strlen(name) }),
		     line;
	struct buf file_text = { 0 };
	struct wording w = { { NULL, 0 }, text };
	const struct wordingkey *k;
	struct memtable t;
	unsigned i;

	while (word_piece(&text, '\n', &line) && line.n > 0)
		buf_printf(&file_text, "text x %.*s\n", (int)line.n, line.p);
	buf_putc(&file_text, '\0');
	memtable_make(&t, &conffile_bounces, buf_data(&file_text));
	is_str(buf_data(&t.faults), "", name);
	memtable_free(&t);
	for (i = 0; (k = wordingkey_at(i)) != NULL; i++)
		ok(wording_line(&w, k->name, 0, &line) && line.p >= w.base.p &&
			line.p < w.base.p + w.base.n,
		    k->name);
	buf_free(&file_text);
}

int
main(void)
{
	builtin("english");
	builtin("german");
	is_num(wording_builtin((struct slice){ "french", 6 }).n, 0,
	    "no such text");
	return done();
}
