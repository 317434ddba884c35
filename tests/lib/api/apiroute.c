/* which call a method and a path are */
#include "api/apiroute.h"
#include "tap.h"

static unsigned
find(const char *method, const char *path, enum apiroute *r, const char **allow)
{
	return apiroute_find((struct slice){ method, strlen(method) },
	    (struct slice){ path, strlen(path) }, r, allow);
}

int
main(void)
{
	const char *allow = NULL;
	enum apiroute r;
	size_t i;

	for (i = 0; i < apiroute_count; i++) {
		const struct apiroute_entry *e = &apiroute_table[i];
		int get = strcmp(e->method, "GET") == 0;

		is_num(find(e->method, e->path, &r, &allow), 0, e->path);
		is_num(r, e->route, "is that call");
		is_num(apiroute_sends(r), !get, "which hands in mail, or not");
		is_num(find("HEAD", e->path, &r, &allow), get ? 0 : 405,
		    "HEAD is where GET is");
		is_num(find("PUT", e->path, &r, &allow), 405, "and no more");
		is_str(allow, get ? "GET, HEAD" : "POST", "but what there is");
	}
	is_num(find("GET", "/", &r, &allow), 404, "nothing");
	is_num(find("GET", "/healthz/", &r, &allow), 404, "nor more of it");
	is_num(find("GET", "/HEALTHZ", &r, &allow), 404, "nor in capitals");
	is_num(find("get", "/healthz", &r, &allow), 405, "methods neither");
	is_num(find("GET", "//healthz", &r, &allow), 404, "no path twice");
	return done();
}
