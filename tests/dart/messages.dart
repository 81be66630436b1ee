void declare() {}
