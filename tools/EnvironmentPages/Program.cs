using Bellman;
using Bellman.Environments;
using Bellman.Tools;

// Writes docs/environments and the index in docs/environments.md. MuJoCo must be installed, so that its robots can be asked.
BellmanEnvironments.Register(EnvironmentRegistry.Default);
var root = new DirectoryInfo(AppContext.BaseDirectory);
while (root is not null && !File.Exists(Path.Combine(root.FullName, "Bellman.slnx")))
{
    root = root.Parent;
}

var docs = Path.Combine(root!.FullName, "docs");
foreach (var page in EnvironmentPagesWriter.Pages)
{
    File.WriteAllText(Path.Combine(docs, "environments", $"{page.Key}.md"), EnvironmentPagesWriter.Page(page));
    File.WriteAllText(Path.Combine(docs, "environments", "images", $"{page.Key}.svg"), EnvironmentPagesWriter.Picture(page.First()));
}

var index = Path.Combine(docs, "environments.md");
File.WriteAllText(index, EnvironmentPagesWriter.Index(File.ReadAllText(index), EnvironmentPagesWriter.Pages));
Console.WriteLine($"{EnvironmentPagesWriter.Pages.Count()} pages");
