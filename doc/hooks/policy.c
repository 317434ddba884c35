/* policy ATTRIBUTE PATTERN ACTION: a policy server, conf-hooks(5) */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	char line[65536];
	size_t n = argc == 4 ? strlen(argv[1]) : 0;
	int bad = 0;
	for (setlinebuf(stdout); n > 0 && fgets(line, sizeof line, stdin) != NULL;) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, argv[1], n) == 0 && line[n] == '=')
			bad = fnmatch(argv[2], line + n + 1, 0) == 0;
		if (*line != '\0') continue;
		printf("action=%s\n\n", bad ? argv[3] : "DUNNO");
		bad = 0;
	}
}
