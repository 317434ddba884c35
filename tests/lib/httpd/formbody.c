/* what the body of a POST says */
#include "httpd/formbody.h"
#include "tap.h"

#define URL "application/x-www-form-urlencoded"
#define MULTI "multipart/form-data; boundary=xYz"
#define PART \
	"--xYz\r\nContent-Disposition: form-data; " \
	"name=\"List-Unsubscribe\"\r\n\r\n"
#define OTHER "--xYz\r\nContent-Disposition: form-data; name=a\r\n\r\n"

static const struct {
	const char *type, *body;
	enum formbody says;
} cases[] = {
	{ URL, "List-Unsubscribe=One-Click", FORMBODY_HAS },
	{ "", "List-Unsubscribe=One-Click", FORMBODY_HAS },
	{ URL "; charset=utf-8", "list-unsubscribe=one-click", FORMBODY_HAS },
	{ "Application/X-WWW-Form-URLencoded ;x",
	    "List-Unsubscribe=One-Click\r\n", FORMBODY_HAS },
	{ URL, "a=b&List-Unsubscribe=One-Click&c", FORMBODY_HAS },
	{ URL, "%4cist-Unsubscribe=One%2DClick", FORMBODY_HAS },
	{ URL, "List-Unsubscribe=One%2", FORMBODY_HAS_NOT },
	{ URL, "List-Unsubscribe=One+Click", FORMBODY_HAS_NOT },
	{ URL, "List-Unsubscribe", FORMBODY_HAS_NOT },
	{ URL, "List-Unsubscribe=One-Click=1", FORMBODY_HAS_NOT },
	{ URL, "xList-Unsubscribe=One-Click", FORMBODY_HAS_NOT },
	{ URL, "", FORMBODY_HAS_NOT },
	{ URL, "&&&=", FORMBODY_HAS_NOT },
	{ MULTI, PART "One-Click\r\n--xYz--\r\n", FORMBODY_HAS },
	{ MULTI, PART "One-Click\r\n--xYz--", FORMBODY_HAS },
	{ "multipart/form-data;charset=x; Boundary=\"xYz\"",
	    "preamble\r\n" PART "One-Click\r\n--xYz--", FORMBODY_HAS },
	{ MULTI, OTHER "b\r\nc\r\n" PART "one-click\r\n--xYz--\r\n",
	    FORMBODY_HAS },
	{ MULTI, PART "One-Click\r\n" OTHER "b\r\n--xYz--\r\n", FORMBODY_HAS },
	{ MULTI,
	    "--xYz\ncontent-disposition: form-data; "
	    "name=\"List-Unsubscribe\"\nContent-Type: text/plain\n\n"
	    "One-Click\n--xYz--\n",
	    FORMBODY_HAS },
	{ MULTI, PART "One-Click\r\n", FORMBODY_HAS_NOT },
	{ MULTI, PART "One-Click\r\nmore\r\n--xYz--\r\n", FORMBODY_HAS_NOT },
	{ MULTI, PART "\r\nOne-Click\r\n--xYz--\r\n", FORMBODY_HAS_NOT },
	{ MULTI, PART "--xYz--\r\n", FORMBODY_HAS_NOT },
	{ MULTI, PART, FORMBODY_HAS_NOT },
	{ MULTI, OTHER "One-Click\r\n--xYz--\r\n", FORMBODY_HAS_NOT },
	{ MULTI, "--xYz--\r\n" PART "One-Click\r\n--xYz--\r\n",
	    FORMBODY_HAS_NOT },
	{ MULTI, "List-Unsubscribe=One-Click", FORMBODY_NO_FORM },
	{ MULTI, "", FORMBODY_NO_FORM },
	{ "multipart/form-data", PART "One-Click\r\n--xYz--\r\n",
	    FORMBODY_NO_FORM },
	{ "multipart/form-data; boundary=\"xYz",
	    PART "One-Click\r\n--xYz--\r\n", FORMBODY_NO_FORM },
	{ "text/plain", "List-Unsubscribe=One-Click", FORMBODY_NO_FORM },
	{ "application/json", "{}", FORMBODY_NO_FORM },
};

static enum formbody
has(const char *type, const char *body)
{
	return formbody_has((struct slice){ type, strlen(type) },
	    (struct slice){ body, strlen(body) }, "List-Unsubscribe",
	    "One-Click");
}

/* fields, and bytes of a boundary: as many as may be, and one more */
static void
limits(void)
{
	char body[20000], type[200];
	int n = 0, i;

	for (i = 1; i < FORMBODY_FIELDS_MAX; i++)
		n += snprintf(body + n, sizeof body - n, "a=b&");
	snprintf(body + n, sizeof body - n, "List-Unsubscribe=One-Click");
	is_num(has(URL, body), FORMBODY_HAS, "the last field");
	snprintf(body + n, sizeof body - n, "a=b&List-Unsubscribe=One-Click");
	is_num(has(URL, body), FORMBODY_HAS_NOT, "one more");
	for (n = 0, i = 1; i < FORMBODY_FIELDS_MAX; i++)
		n += snprintf(body + n, sizeof body - n, OTHER "b\r\n");
	snprintf(body + n, sizeof body - n, PART "One-Click\r\n--xYz--");
	is_num(has(MULTI, body), FORMBODY_HAS, "the last part");
	snprintf(body + n, sizeof body - n,
	    OTHER "b\r\n" PART "One-Click\r\n--xYz--");
	is_num(has(MULTI, body), FORMBODY_HAS_NOT, "one more");
	for (i = 0; i < 2; i++) {
		n = FORMBODY_BOUNDARY_MAX + i;
		snprintf(type, sizeof type,
		    "multipart/form-data; boundary=%0*d", n, 0);
		snprintf(body, sizeof body,
		    "--%0*d\r\nContent-Disposition: form-data; "
		    "name=List-Unsubscribe\r\n\r\nOne-Click\r\n--%0*d--\r\n",
		    n, 0, n, 0);
		is_num(has(type, body),
		    i == 0 ? FORMBODY_HAS : FORMBODY_NO_FORM,
		    i == 0 ? "the longest boundary" : "one longer");
	}
}

int
main(void)
{
	char longest[200], name[FORMBODY_VALUE_MAX + 2];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(has(cases[i].type, cases[i].body), cases[i].says,
		    cases[i].body);
	for (i = 0; i < 2; i++) {
		memset(name, 'x', sizeof name);
		name[FORMBODY_VALUE_MAX + i] = '\0';
		snprintf(longest, sizeof longest, "%s=1", name);
		is_num(formbody_has((struct slice){ "", 0 },
			   (struct slice){ longest, strlen(longest) }, name,
			   "1"),
		    i == 0 ? FORMBODY_HAS : FORMBODY_HAS_NOT,
		    i == 0 ? "the longest name" : "one longer");
	}
	limits();
	return done();
}
