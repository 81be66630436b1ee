"""A project made up for measuring: the shape of a real one, at any size.

The defaults are the counts of AppFlowy, a large Flutter application with a Rust core: 84 files, 391 messages, 229 events
and 72 notifications. The same arguments always give the same bytes. The schemas import nothing that a stock protoc does
not have unless `options` asks for Bellwire's.
"""

from pathlib import Path

FILES, MESSAGES, EVENTS, NOTIFICATIONS = 84, 391, 229, 72

# A module is a package: a file of events, one of notifications, and files of messages.
FILES_PER_MODULE = 7

ERROR = "bench.m00.ErrorPB"
SCALARS = ["string", "int64", "bool", "double", "bytes", "uint32", "sint32", "string", "fixed64", "string"]
WORDS = "view user space field grid row cell board page date group filter sort layout text icon".split()


def share(total, parts, index):
    """How many of `total` fall to one of `parts`."""
    return total * (index + 1) // parts - total * index // parts


def word(number):
    return WORDS[number % len(WORDS)]


def field(name, number, file, index):
    """The statement of one field of a message: mostly scalars, some messages, lists, maps and enums."""
    kind = (index * 7 + number * 3) % 11
    earlier = f"{file}M{index - 1}PB" if index else None
    if kind == 0 and earlier:
        return f"repeated {earlier} {name} = {number};"
    if kind == 1 and earlier:
        return f"{earlier} {name} = {number};"
    if kind == 2:
        return f"map<string, {SCALARS[number % len(SCALARS)]}> {name} = {number};"
    if kind == 3:
        return f"{file}KindPB {name} = {number};"
    if kind == 4:
        return f"optional {SCALARS[(index + number) % len(SCALARS)]} {name} = {number};"
    if kind == 5:
        return f"repeated {SCALARS[(index + number) % len(SCALARS)]} {name} = {number};"
    return f"{SCALARS[(index + number) % len(SCALARS)]} {name} = {number};"


def message(file, index):
    lines = [f"// What the {word(index)} of a {word(index + 5)} is made of, in its place {index}."]
    lines.append(f"message {file}M{index}PB {{")
    count = 3 + index % 6
    for number in range(1, count + 1):
        name = f"{word(index + number)}_{word(number)}_{number}"
        if number % 2:
            lines.append(f"  // The {word(number)} that belongs to the {word(index + number)}.")
        lines.append("  " + field(name, number, file, index))
    if index % 5 == 4:
        lines += ["  oneof choice {", f"    string by_{word(index)} = {count + 1};", f"    int64 by_number = {count + 2};", "  }"]
    return lines + ["}", ""]


def entities(package, file, messages, first):
    lines = ['syntax = "proto3";', f"package {package};", ""]
    lines += [f"// The kinds of {file}.", f"enum {file}KindPB {{"]
    lines += [f"  {file}Kind{number} = {number};" for number in range(4)]
    lines += ["}", ""]
    if first:
        lines += ["// Why an event failed.", "message ErrorPB {", "  int32 code = 1;", "  string message = 2;", "}", ""]
        messages -= 1
    for index in range(messages):
        lines += message(file, index)
    return lines


def groups(package, module, types, files, events, notifications):
    """The files of events and of notifications of a module."""
    imports = [f'import "{name}";' for name in ["bellwire/options.proto", *files]]
    head = ['syntax = "proto3";', f"package {package};"]
    error = "" if module == 0 else f'import "m00/e0.proto";'
    pick = lambda number: types[number % len(types)]
    event = head + imports + ([error] if error else []) + [
        "", f"// What a frontend may ask of module {module}.", f"enum M{module}Event {{",
        f'  option (bellwire.events) = {{ error: "{ERROR}" }};', ""]
    for number in range(events):
        event.append(f"  // Does the {word(number)} of the {word(number + 3)}.")
        name = f"{word(number).capitalize()}{word(number + 3).capitalize()}{number}"
        stream = ", stream: true" if number % 20 == 19 else ""
        event.append(f'  {name} = {number} [(bellwire.event) = {{ input: "{pick(number)}", output: "{pick(number + 1)}"{stream} }}];')
    told = head + imports + ["", f"// What module {module} tells.", f"enum M{module}Notification {{",
                             "  option (bellwire.notifications) = {};", f"  M{module}_NOTIFICATION_UNKNOWN = 0;"]
    for number in range(1, notifications + 1):
        keyed = ", keyed: true" if number % 2 else ""
        told.append(f"  // The {word(number)} changed.")
        told.append(f'  {word(number).capitalize()}Changed{number} = {number} [(bellwire.notification) = {{ payload: "{pick(number)}"{keyed} }}];')
    return event + ["}", ""], told + ["}", ""]


def schemas(files=FILES, messages=MESSAGES, events=EVENTS, notifications=NOTIFICATIONS):
    """Every schema of the project, by path."""
    modules = max(1, files // FILES_PER_MODULE)
    texts = {}
    entity_files = files - 2 * modules
    for module in range(modules):
        folder, package = f"m{module:02}", f"bench.m{module:02}"
        here = [index for index in range(entity_files) if index % modules == module]
        types, paths = [], []
        for position, index in enumerate(here):
            file, count = f"E{position}", share(messages, entity_files, index)
            path, first = f"{folder}/e{position}.proto", module == 0 and position == 0
            texts[path] = entities(package, file, count, first)
            paths.append(path)
            types += [f"{file}M{number}PB" for number in range(count - first)]
        event, told = groups(package, module, types, paths, share(events, modules, module), share(notifications, modules, module))
        texts[f"{folder}/event_map.proto"], texts[f"{folder}/notification.proto"] = event, told
    return {path: "\n".join(lines) for path, lines in texts.items()}


CONFIG = """\
schemas: ["**/*.proto"]
targets:
  rust: { out: out/rust }
  typescript: { out: out/ts }
  dart: { out: out/dart }
"""


def write(folder, **counts):
    """Writes the schemas below `folder/schemas`, and a configuration for three languages beside them."""
    folder = Path(folder)
    for path, text in schemas(**counts).items():
        target = folder / "schemas" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    (folder / "bellwire.yaml").write_text("roots: [schemas]\n" + CONFIG)


def scaled(messages):
    """The counts of a project of the same shape with so many messages."""
    scale = messages / MESSAGES
    return dict(files=max(FILES_PER_MODULE, round(FILES * scale)), messages=messages,
                events=max(1, round(EVENTS * scale)), notifications=max(1, round(NOTIFICATIONS * scale)))
