#include "api/apiadapt.h"
#include "httpd/httpcred.h"
#include "format/jsonread.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* the first byte says which: a request of another system's form, or fields with a
 * credential and a query: no overrun, and what is taken has what it must have */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
credential(const char *p, size_t n)
{
	static struct httphead h;
	static struct httpcred c;
	char v[100];
	long got;

	if (httphead_parse(&h, p, n) != 0)
		return;
	if (httpcred_read(&c, &h) == 0)
		(void)accountwire_fault(&c.q);
	got = httphead_query(&h, "to", 0, v, sizeof v);
	assert(got < (long)sizeof v && (got < 0 || v[got] == '\0'));
	httpcred_wipe(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct apiadapt a = { 0 };
	char why[JSONREAD_WHY_MAX];
	json_t *j;

	if (n == 0)
		return 0;
	if (data[0] % 8 == 7) {
		credential((const char *)data + 1, n - 1);
		return 0;
	}
	j = jsonread((const char *)data + 1, n - 1, JSONREAD_ONCE, why);
	if (j == NULL)
		return 0;
	if (apiadapt(&a,
		data[0] % 8 == 0 ? APIROUTE_SEVERAL
				 : APIROUTE_ONE + data[0] % 8 - 1,
		j) == 0)
		assert(a.mail != NULL || buf_data(&a.text) != NULL ||
		    buf_len(&a.text) == 0);
	json_decref(j);
	apiadapt_free(&a);
	return 0;
}
