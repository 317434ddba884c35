/* faults and doubts, told as editors jump by them, and counted */
#include "confbuild/faults.h"
#include "base/die.h"
#include "says.h"
#include "tap.h"

static void
some(const void *arg)
{
	struct conffaults f = { 0, 0 };

	(void)arg;
	conffaults_fault(&f, "conf/routes", 7, "no action");
	conffaults_fault(&f, "conf/me", 0, "no name");
	conffaults_doubt(&f, "conf/routes", 9, "never \033[2J decides");
	conffaults_more(&f);
}

static void
many(const void *arg)
{
	const int *n = arg;
	struct conffaults f = { 0, 0 };
	int i;

	for (i = 0; i < *n; i++) {
		conffaults_fault(&f, "f", 1, "x");
		conffaults_doubt(&f, "d", 1, "y");
	}
	conffaults_more(&f);
}

static int
count(const char *in, const char *what)
{
	int n = 0;

	while ((in = strstr(in, what)) != NULL) {
		in += strlen(what);
		n++;
	}
	return n;
}

int
main(int argc, char **argv)
{
	static const int most = CONFFAULTS_SHOWN_MAX,
			 over = CONFFAULTS_SHOWN_MAX + 1;
	char *name[] = { "tables", NULL };
	const char *out;
	int status;

	(void)argc;
	(void)argv;
	prog_init(name);
	is_str(says(some, NULL, &status),
	    "tables: conf/routes:7: no action\n"
	    "tables: conf/me: no name\n"
	    "tables: conf/routes:9: warning: never \\x1b[2J decides\n",
	    "each with file and line, and harmless");
	out = says(many, &most, &status);
	is_num(count(out, ": x\n"), CONFFAULTS_SHOWN_MAX,
	    "faults at the limit");
	is_num(count(out, "more"), 0, "all of them");
	out = says(many, &over, &status);
	is_num(count(out, ": x\n"), CONFFAULTS_SHOWN_MAX, "one above");
	is_num(count(out, ": warning: y\n"), CONFFAULTS_SHOWN_MAX,
	    "of doubts as well");
	is_num(count(out, "tables: and 1 more\n"), 1, "the others are counted");
	is_num(count(out, "tables: and 1 more warnings\n"), 1,
	    "those of doubts by themselves");
	return done();
}
