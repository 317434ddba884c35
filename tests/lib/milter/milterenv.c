#include "milter/milterenv.h"
#include "tap.h"

enum what { ADD, DEL, FROM };

static const struct {
	const char *env;
	enum what what;
	const char *address, *args;
	int r;
	const char *want;
} table[] = {
	{ "to a@b\n", ADD, "<c@d>", "", 1, "to a@b\nto c@d\n" },
	{ "to a@b\n", ADD, " c@d ", "", 1, "to a@b\nto c@d\n" },
	{ "", ADD, "c@d", "", 1, "to c@d\n" },
	{ "to a@b\n", ADD, "a@B", "", 1, "to a@b\n" },
	{ "to a@b\n", ADD, "A@b", "", 1, "to a@b\nto A@b\n" },
	{ "", ADD, "c@d", "NOTIFY=NEVER", 1, "to c@d NOTIFY=NEVER\n" },
	{ "", ADD, "c@d", "FOO=BAR", 1, "to c@d\n" },
	{ "to a@b\n", ADD, "", "", 0, "to a@b\n" },
	{ "to a@b\n", ADD, "<>", "", 0, "to a@b\n" },
	{ "from x@y\nto a@b\nto c@d NOTIFY=NEVER\nto e@f\n", DEL, "<c@d>", "",
	    1, "from x@y\nto a@b\nto e@f\n" },
	{ "to a@b\nto a@b\n", DEL, "a@b", "", 1, "" },
	{ "to a@b\nto a@b\nfrom\n", DEL, "a@B", "", 1, "from\n" },
	{ "to a@b\n", DEL, "A@b", "", 0, "to a@b\n" },
	{ "to a@b\n", DEL, "b@b", "", 0, "to a@b\n" },
	{ "", DEL, "b@b", "", 0, "" },
	{ "to \"a b\"@c\n", DEL, "<\"a b\"@c>", "", 1, "" },
	{ "from x@y\nto a@b\n", FROM, "<z@y>", "", 1, "from z@y\nto a@b\n" },
	{ "from x@y\n", FROM, "<>", "", 1, "from\n" },
	{ "from x@y\n", FROM, "z@y", "SIZE=1 RET=HDRS envid=abc", 1,
	    "from z@y\nret HDRS\nenvid abc\n" },
	{ "from x@y\nret FULL\n", FROM, "z@y", "RET=HDRS", 1,
	    "from z@y\nret HDRS\n" },
	{ "from x@y\n", FROM, "z@y", "RET=WHAT", 1, "from z@y\n" },
	{ "to a@b\n", FROM, "z@y", "", 1, "to a@b\nfrom z@y\n" },
};

int
main(void)
{
	struct buf env = { 0 };
	size_t i;
	int r;

	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		const char *a = table[i].address, *args = table[i].args;

		buf_clear(&env);
		buf_puts(&env, table[i].env);
		r = table[i].what == ADD   ? milterenv_add(&env, a, args)
		    : table[i].what == DEL ? milterenv_delete(&env, a)
					   : milterenv_from(&env, a, args);
		is_num(r, table[i].r, "what it says");
		buf_putc(&env, '\0');
		is_str(buf_data(&env), table[i].want, a);
	}
	buf_clear(&env);
	is_num((long long)milterenv_count(&env), 0, "no recipient");
	buf_puts(&env, "from x\nto a@b\ntou x\nto c@d\n");
	is_num((long long)milterenv_count(&env), 2, "two");
	buf_free(&env);
	return done();
}
