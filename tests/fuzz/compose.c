/* compose: a request out of any bytes; what is accepted makes messages of which
 * each line is short, each envelope line good, and the parts are read again */
#include "compose/compose.h"
#include "format/envcheck.h"
#include "format/jsonread.h"
#include "mail/header.h"
#include "mime/mimewalk.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
check_env(const struct buf *env)
{
	const char *p = buf_data(env), *end = p + buf_len(env);
	struct envcheck c = { 0 };
	struct parcel_line l;

	while (p < end) {
		must(parcel_next(&p, end, &l) == 1);
		must(envcheck_line(&c, &l) == NULL);
	}
}

static void
check_text(const struct buf *text)
{
	static struct mimewalk w;
	static struct mimepart part;
	const char *p = buf_data(text), *end = p + buf_len(text), *lf;
	struct header_field f;
	size_t from = 0;

	must(end > p && end[-1] == '\n');
	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		must(lf != NULL && lf - p <= 998);
		must(memchr(p, '\r', lf - p) == NULL &&
		    memchr(p, '\0', lf - p) == NULL);
	}
	p = buf_data(text);
	while (header_next(&p, end, &f) == HEADER_FIELD)
		from += header_is(&f, "From");
	must(from == 1 && p > buf_data(text) && p[-1] == '\n');
	mimewalk_open(&w, buf_data(text), buf_len(text));
	while (mimewalk_next(&w, &part))
		must(part.kind != MIME_MULTIPART || part.typed);
}

static void
check(json_t *request)
{
	struct compose c = { .seed = 7 };
	struct compose_fault f = { 0 };
	struct buf env = { 0 }, text = { 0 };
	size_t i;

	if (compose_open(&c, request, &f) == -1) {
		must(!f.memory && f.why[0] != '\0');
	} else {
		for (i = 0; i < compose_count(&c) && i < 20; i++) {
			buf_clear(&env);
			buf_clear(&text);
			must(compose_one(&c, i, &env, &text, &f) == 0);
			check_env(&env);
			check_text(&text);
		}
	}
	compose_close(&c);
	buf_free(&env);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char why[JSONREAD_WHY_MAX];
	json_t *j = jsonread((const char *)data, n, JSONREAD_ONCE, why);

	if (j != NULL)
		check(j);
	json_decref(j);
	return 0;
}
