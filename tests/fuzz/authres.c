/* authres: reads within its bytes; what is left of a header claims to be
 * ours no more and is otherwise what it was; what is written is one field
 * that can be read back */
#include "mail/authres.h"
#include "mail/header.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static const char me[] = "me.example";

static void
look(const char *p, size_t n)
{
	char id[AUTHRES_ID_MAX + 1];
	const char *out;
	size_t len;
	long k = authres_id(p, n, id);

	if (k != -1 && (k == 0 || k > AUTHRES_ID_MAX || id[k] != '\0'))
		abort();
	if (authres_payload(p, n, &out, &len) == 0 &&
	    (k == -1 || out < p || out + len > p + n))
		abort();
}

static void
take_out(const char *p, size_t n)
{
	struct buf b = { 0 };
	int k;

	if (buf_put(&b, p, n) == -1)
		abort();
	k = authres_remove(&b, me);
	if (k < 0 ||
	    (k == 0 &&
		(buf_len(&b) != n ||
		    (n > 0 && memcmp(buf_data(&b), p, n) != 0))) ||
	    buf_len(&b) > n)
		abort();
	if (authres_remove(&b, me) != 0)
		abort();
	buf_free(&b);
}

static void
make(const char *p, size_t n)
{
	struct buf b = { 0 };
	struct authres a;
	struct header_field f;
	const char *q, *out;
	char *text;
	size_t i, len, column = 0;

	text = strndup(p, n);
	authres_open(&a, &b, me);
	authres_method(&a, "spf", "pass");
	authres_comment(&a, text);
	authres_reason(&a, text);
	authres_property(&a, "smtp.mailfrom", p, n);
	authres_property(&a, "smtp.helo", text, strlen(text));
	if (authres_close(&a) == -1)
		abort();
	free(text);
	q = buf_data(&b);
	if (header_next(&q, q + buf_len(&b), &f) != HEADER_FIELD ||
	    q != buf_data(&b) + buf_len(&b) ||
	    !authres_claims(f.value, f.value_len, me) ||
	    authres_payload(f.value, f.value_len, &out, &len) == -1)
		abort();
	for (i = 0; i < buf_len(&b); i++) {
		column = buf_data(&b)[i] == '\n' ? 0 : column + 1;
		if (column > 998 || buf_data(&b)[i] == '\0')
			abort();
	}
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data;

	look(in, n);
	take_out(in, n);
	make(in, n);
	return 0;
}
