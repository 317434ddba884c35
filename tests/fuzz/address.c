/* addresses: what is good is good in brackets too, and the other way; the
 * limits hold; nothing but the address is taken */
#include "mail/address.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct address_parts a, b;
	enum address_fault f, g;
	size_t used = 0, i, wide;
	char *path;

	f = address_parse((const char *)data, size, &a);
	path = malloc(size + 2);
	path[0] = '<';
	memcpy(path + 1, data, size);
	path[size + 1] = '>';
	g = address_path(path, size + 2, 0, &b, &used);
	if (f == ADDRESS_GOOD) {
		assert(g == ADDRESS_GOOD && used == size + 2);
		assert(b.len == a.len && a.local_len == b.local_len);
		/* a dot behind the domain is none of it */
		assert(a.len == size ||
		    (a.domain != NULL && a.len == size - 1 &&
			data[size - 1] == '.'));
		assert(a.local_len > 0 && a.local_len <= a.len);
		assert(a.domain_len <= ADDRESS_DOMAIN_MAX);
		assert(size <= ADDRESS_PATH_MAX - 2);
		assert((a.domain == NULL) == (a.local_len == a.len));
		for (i = 0; i < size; i++)
			assert(data[i] >= 32 && data[i] < 127);
		g = address_path(path, size + 2, ADDRESS_UTF8, &b, &wide);
		assert(g == ADDRESS_GOOD && wide == used);
		assert(b.len == a.len && a.local_len == b.local_len);
	} else if (g == ADDRESS_GOOD && b.len > 0) {
		/* a source route, or bytes behind the path */
		assert(address_parse(b.text, b.len, &a) == ADDRESS_GOOD);
		assert(used <= size + 2 && path[used - 1] == '>');
	}
	g = address_path(path, size + 2, ADDRESS_UTF8 | ADDRESS_BARE, &b,
	    &wide);
	if (g == ADDRESS_GOOD) {
		assert(wide <= size + 2 && b.len <= ADDRESS_PATH_MAX - 2);
		assert(utf8_printable(b.text, b.len));
	}
	if (size > 0 && address_domain((const char *)data, size))
		assert(size <= ADDRESS_DOMAIN_MAX && data[0] != '.');
	address_literal((const char *)data, size);
	free(path);
	return 0;
}
