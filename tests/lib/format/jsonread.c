/* jsonread: bounds, names that stand twice; and files of JSON by the marks of
 * their names, where $ROHRPOST_TESTDATA has them */
#include "format/jsonread.h"
#include "tap.h"
#include <dirent.h>
#include <stdlib.h>

static json_t *
read_all(const char *s, unsigned how, char why[JSONREAD_WHY_MAX])
{
	why[0] = '\0';
	return jsonread(s, strlen(s), how, why);
}

static void
check_text(void)
{
	static const struct {
		const char *in;
		unsigned how;
		const char *why; /* NULL: it is good */
	} cases[] = {
		{ "{}", 0, NULL },
		{ " \"x\" ", 0, NULL },
		{ "{\"a\":1,\"a\":2}", 0, NULL },
		{ "{\"a\":1,\"a\":2}", JSONREAD_ONCE,
		    "line 1: duplicate object key near '\"a\"'" },
		{ "{\"a\":{\"a\":2}}", JSONREAD_ONCE, NULL },
		{ "\"\\u0000\"", 0, NULL },
		{ "{\"\\u0000\":1}", 0, "" },
		{ "", 0, "line 1: unexpected token near end of file" },
		{ "[1,\n2", 0, "line 2: ']' expected near end of file" },
		{ "[\033]", 0, "line 1: invalid token near '?'" },
		{ "{} {}", 0, "line 1: end of file expected near '{'" },
	};
	char why[JSONREAD_WHY_MAX];
	json_t *j;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		j = read_all(cases[i].in, cases[i].how, why);
		ok((j != NULL) == (cases[i].why == NULL), cases[i].in);
		if (cases[i].why != NULL && *cases[i].why != '\0')
			is_str(why, cases[i].why, "why");
		json_decref(j);
	}
}

/* so many levels, and values, are a JSON that is good but for the bounds */
static int
levels(size_t depth, const char *open, const char *close)
{
	size_t n = strlen(open), m = strlen(close), i;
	char *s = malloc(depth * (n + m) + 2), why[JSONREAD_WHY_MAX], *o = s;
	json_t *j;

	for (i = 0; i < depth; i++, o += n)
		memcpy(o, open, n);
	*o++ = '1';
	for (i = 0; i < depth; i++, o += m)
		memcpy(o, close, m);
	*o = '\0';
	j = read_all(s, 0, why);
	json_decref(j);
	free(s);
	return j != NULL;
}

static int
values(size_t n)
{
	char *s = malloc(2 * n + 2), why[JSONREAD_WHY_MAX];
	json_t *j;
	size_t i;

	memset(s, '1', 2 * n + 1);
	s[0] = '[';
	for (i = 2; i < 2 * n; i += 2)
		s[i] = ',';
	s[2 * n] = ']';
	s[2 * n + 1] = '\0';
	j = read_all(s, 0, why);
	json_decref(j);
	free(s);
	return j != NULL;
}

static void
check_bounds(void)
{
	char why[JSONREAD_WHY_MAX];

	ok(jsonread("1\0", 2, 0, why) == NULL, "a NUL behind it");
	is_str(why, "a NUL", "why");
	ok(levels(JSONREAD_DEPTH_MAX, "[", "]"), "64 levels");
	ok(!levels(JSONREAD_DEPTH_MAX + 1, "[", "]"), "65 levels");
	ok(levels(JSONREAD_DEPTH_MAX, "{\"[\\\"[\":", "}"), "64 objects");
	ok(!levels(JSONREAD_DEPTH_MAX + 1, "{\"a\":", "}"), "65 objects");
	/* the array is one of them */
	ok(values(JSONREAD_VALUES_MAX - 1), "1000000 values");
	ok(!values(JSONREAD_VALUES_MAX), "1000001 values");
}

/* y_: it is read; n_: it is not; i_: either, and nothing bad happens */
static void
check_file(const char *dir, const char *name)
{
	char path[5000], why[JSONREAD_WHY_MAX];
	static char text[1 << 20];
	json_t *j;
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "r");
	n = f == NULL ? 0 : fread(text, 1, sizeof text, f);
	if (f != NULL)
		fclose(f);
	j = jsonread(text, n, 0, why);
	ok(name[0] == 'i' || (j != NULL) == (name[0] == 'y'), name);
	json_decref(j);
	/* the only difference */
	j = jsonread(text, n, JSONREAD_ONCE, why);
	ok(name[0] == 'i' ||
		(j != NULL) ==
		    (name[0] == 'y' && strstr(name, "duplicated_key") == NULL),
	    name);
	json_decref(j);
}

static void
check_files(void)
{
	const char *data = getenv("ROHRPOST_TESTDATA");
	char dir[4000];
	struct dirent *e;
	int n = 0;
	DIR *d;

	snprintf(dir, sizeof dir, "%s/json/test_parsing",
	    data == NULL ? "../shared/testdata" : data);
	d = opendir(dir);
	if (d == NULL) {
		printf("ok %d # SKIP no $ROHRPOST_TESTDATA/json\n", ++tap_n);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (strchr("yni", e->d_name[0]) != NULL) {
			check_file(dir, e->d_name);
			n++;
		}
	closedir(d);
	ok(n > 100, "all of them");
}

int
main(void)
{
	check_text();
	check_bounds();
	check_files();
	return done();
}
