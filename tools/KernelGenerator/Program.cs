using Bellman.Tools;

var directory = args.Length > 0 ? args[0] : Path.Combine("src", "Bellman.Numerics", "Kernels");
if (!Directory.Exists(directory))
{
    Console.Error.WriteLine($"The folder '{directory}' does not exist; run this from the repository's root or name the kernels' folder.");
    return 2;
}

foreach (var bits in GemmKernelWriter.Widths)
{
    var path = Path.Combine(directory, GemmKernelWriter.FileName(bits));
    File.WriteAllText(path, GemmKernelWriter.Write(bits));
    Console.WriteLine(path);
}

return 0;
