/* which fields a signature is over */
#include "sign/dkimnames.h"
#include "tap.h"

static char said[4096];
static unsigned room; /* names that are wanted */

static int
on_name(void *arg, const char *name, size_t n, enum dkimnames_mode mode)
{
	size_t at = strlen(said);

	(void)arg;
	snprintf(said + at, sizeof said - at, "%.*s%c ", (int)n, name,
	    ".?!"[mode]);
	return --room > 0;
}

static const char *
names(const char *headers, const char *oversign, unsigned most)
{
	said[0] = '\0';
	room = most;
	dkimnames_each(headers, oversign, on_name, NULL);
	return said;
}

int
main(void)
{
	is_str(names("from:to:x", NULL, 99), "from! to! x. ",
	    "those that are given, each as we have it");
	is_str(names("from:x:from:x", NULL, 99), "from! x. ", "each once");
	is_str(names("to:from:date", "from:date:y:y", 99),
	    "to. from! date! y! ", "and those that are oversigned alone");
	is_str(names("", NULL, 99), "", "none");
	is_str(names("", "x", 99), "x! ", "none but of the other list");
	is_str(names("a:b:c", "d", 2), "a. b. ", "no more than are wanted");
	is_str(names("a:b", "d:e", 3), "a. b. d! ", "of both lists");
	is_str(names(NULL, NULL, 7),
	    "from! sender? reply-to! to! cc! subject! date? ", "ours");
	is_str(names(NULL, "from:x", 4), "from! sender. reply-to. to. ",
	    "with another list of what is oversigned");
	names(NULL, "from:x:to", 99);
	ok(strstr(said, "feedback-id. x! ") != NULL,
	    "which has its own behind ours");
	names(NULL, NULL, 99);
	ok(strstr(said, "list-unsubscribe-post? ") != NULL &&
		strstr(said, "resent-from. ") != NULL,
	    "all of them");
	return done();
}
