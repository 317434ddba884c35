/* command lines in braces */
#include "base/args.h"
#include "tap.h"

/* words and what follows, with a blank behind each, and | between */
static const char *
block(char **argv)
{
	static char t[256];
	char **rest = args_block(argv);

	t[0] = '\0';
	if (rest == NULL)
		return "none";
	for (; *argv != NULL; argv++)
		snprintf(t + strlen(t), sizeof t - strlen(t), "%s ", *argv);
	snprintf(t + strlen(t), sizeof t - strlen(t), "| ");
	for (; *rest != NULL; rest++)
		snprintf(t + strlen(t), sizeof t - strlen(t), "%s ", *rest);
	return t;
}

#define BLOCK(...) block((char *[]){ __VA_ARGS__, NULL })

int
main(void)
{
	char *none[] = { NULL };

	is_str(BLOCK("a", "}"), "a | ", "one word");
	is_str(BLOCK("a", "b", "}", "c", "}"), "a b | c } ", "what follows");
	is_str(BLOCK("a", "{", "b", "}", "c", "}", "d"), "a { b } c | d ",
	    "braces within");
	is_str(BLOCK("a}", "{b", "}"), "a} {b | ", "words with braces");
	is_str(BLOCK("}"), "none", "nothing in it");
	is_str(BLOCK("a"), "none", "not closed");
	is_str(BLOCK("a", "{", "}"), "none", "not closed outside");
	is_str(block(none), "none", "nothing");
	return done();
}
