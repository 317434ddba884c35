/* date_parse: what is read is written and read again as the same; every part
 * of it in bounds */
#include "mail/date.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char text[DATE_LEN + 1], iso[DATE_ISO_LEN + 1];
	int64_t t, again;
	int offset, o;

	if (date_parse((const char *)data, n, &t, &offset) == -1)
		return 0;
	if (offset < -5999 || offset > 5999 || t < -2208988800 - 5999 * 60 ||
	    t > 253402300799 + 5999 * 60)
		abort();
	if (date_iso(iso, t, offset) != strlen(iso))
		abort();
	/* what date_format() would cut is another date */
	if (offset < -DATE_OFFSET_MAX || offset > DATE_OFFSET_MAX ||
	    t + offset * 60 < -2208988800 || t + offset * 60 > 253402300799 ||
	    t < -2208988800 || t > 253402300799)
		return 0;
	if (date_format(text, t, offset) != strlen(text) ||
	    date_parse(text, DATE_LEN, &again, &o) == -1 || again != t ||
	    o != offset)
		abort();
	return 0;
}
