#include "stage/aloneenv.h"
#include "tap.h"

int
main(void)
{
	static const struct {
		const char *line, *want;
	} t[] = {
		{ "from a@b", "" },
		{ "to c@d NOTIFY=NEVER", "" },
		{ "to", "no address" },
		{ "prio 12", "no digit" },
		{ "From a@b", "no key" },
		{ "to e@f\nto g@h", "more than one line" },
		{ "from second@b", "stands twice" },
		{ "", "no key" },
	};
	struct aloneenv o = { 0 };
	const char *why;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		why = aloneenv_add(&o, t[i].line);
		is_str(why == NULL ? "" : why, t[i].want, t[i].line);
	}
	buf_putc(&o.env, '\0');
	is_str(buf_data(&o.env), "from a@b\nto c@d NOTIFY=NEVER\n",
	    "what is kept");
	buf_free(&o.env);
	return done();
}
