#include "many/mailtext.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in, *want; /* JSON, or !fault */
} cases[] = {
	{ "From: a@b.c\nSubject: Hi {{n}}\n\nDear {{n}}\n",
	    "{\"from\": \"a@b.c\", \"headers\": {}, \"subject\": \"Hi {{n}}\", "
	    "\"text\": \"Dear {{n}}\\n\"}" },
	{ "from: a@b.c\r\nSUBJECT: a\r\n b\r\nX-A: c\r\n\r\nhi\r\n",
	    "{\"from\": \"a@b.c\", \"headers\": {\"X-A\": \"c\"}, "
	    "\"subject\": \"a b\", \"text\": \"hi\\r\\n\"}" },
	{ "Content-Type: text/html; charset=utf-8\n\n<p>\n",
	    "{\"headers\": {}, \"html\": \"<p>\\n\"}" },
	{ "Content-Type: text/plain\nMIME-Version: 1.0\n\n",
	    "{\"headers\": {}, \"text\": \"\"}" },
	{ "To: x@y.z\n\n",
	    "{\"headers\": {\"To\": \"x@y.z\"}, \"text\": \"\"}" },
	{ "X-A: 1\nX-A: 2\n\n", "!a field stands twice" },
	{ "From: \377\n\n", "!a field is no UTF-8" },
	{ "From: a\n\n\377", "!the body is no UTF-8" },
	{ "From: a\n",
	    "!neither JSON, nor a header and an empty line behind it" },
	{ "hello\n",
	    "!neither JSON, nor a header and an empty line behind it" },
	{ "", "!neither JSON, nor a header and an empty line behind it" },
};

static void
check_long(size_t n, int good)
{
	char text[9000] = "X: ";
	const char *why;
	json_t *j;

	memset(text + 3, 'x', n);
	strcpy(text + 3 + n, "\n\n");
	j = mailtext_read(text, n + 5, &why);
	is_num(j != NULL, good, "a long field");
	json_decref(j);
}

int
main(void)
{
	const char *why;
	char *text, got[1000];
	json_t *j;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		j = mailtext_read(cases[i].in, strlen(cases[i].in), &why);
		text = j == NULL ? NULL : json_dumps(j, JSON_SORT_KEYS);
		snprintf(got, sizeof got, "%s%s", j == NULL ? "!" : "",
		    j == NULL ? why : text);
		is_str(got, cases[i].want, cases[i].in);
		free(text);
		json_decref(j);
	}
	check_long(8192, 1);
	check_long(8193, 0);
	return done();
}
