using Bellman.Tools;

// Writes the public surface of each library to PublicApi/, at the repository's root.
var root = new DirectoryInfo(AppContext.BaseDirectory);
while (root is not null && !File.Exists(Path.Combine(root.FullName, "Bellman.slnx")))
{
    root = root.Parent;
}

foreach (var assembly in PublicApiWriter.Assemblies)
{
    var path = Path.Combine(root!.FullName, "PublicApi", $"{assembly.GetName().Name}.txt");
    File.WriteAllText(path, PublicApiWriter.Write(assembly));
    Console.WriteLine(path);
}
